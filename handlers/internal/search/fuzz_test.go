package search

import (
	"errors"
	"strings"
	"testing"
)

// Whatever the domain answers: no panic, nothing of another tenant, nothing
// below the threshold, and no error that quotes the answer.

func FuzzParsePassages(f *testing.F) {
	f.Add(`{"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[{"_score":0.75,"_source":{"tenantId":"acme","documentId":"d","version":2,"chunkIndex":4,"chunkText":"t","metadata":{"title":"T"}}}]}}`)
	f.Add(`{"_shards":{},"hits":{"total":{"value":1},"hits":[{"_source":{"tenantId":"other"}}]}}`)
	f.Add(`{"error":{"type":"search_phase_execution_exception"},"status":503}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, body string) {
		q := Query{Passages: 3, MinScore: 0.6}
		passages, err := parsePassages([]byte(body), "acme", q)
		if err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrForeign) && !errors.Is(err, errPartial) {
			t.Errorf("error is %v", err)
		}
		if err != nil && len(passages) > 0 || len(passages) > q.Passages {
			t.Errorf("%d passages, %v", len(passages), err)
		}
		for _, p := range passages {
			if p.Score < q.MinScore || p.DocumentID == "" || !strings.Contains(body, "acme") && !strings.Contains(body, `\u`) {
				t.Errorf("%+v of %s", p, body)
			}
		}
	})
}

func FuzzParseBulk(f *testing.F) {
	f.Add(`{"items":[{"index":{"_id":"a","status":201}},{"index":{"_id":"b","status":429,"error":{"type":"x_y"}}}]}`)
	f.Add(`{"items":[{"index":{"_id":"a","status":400,"error":{"type":"A B"}}},{"index":{"_id":"b","status":0}}]}`)
	f.Add(`{"items":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		sent := []line{{id: "a"}, {id: "b"}}
		again, refused, err := parseBulk([]byte(body), sent)
		if err != nil && (!errors.Is(err, ErrMalformed) || len(again)+len(refused) > 0) {
			t.Errorf("error is %v, %v, %v", err, again, refused)
		}
		if len(again)+len(refused) > len(sent) {
			t.Errorf("%d and %d of %d", len(again), len(refused), len(sent))
		}
		for _, item := range refused {
			if item.Type != "" && !errorType.MatchString(item.Type) {
				t.Errorf("type is %q", item.Type)
			}
		}
	})
}

func FuzzParseDeleted(f *testing.F) {
	f.Add(`{"total":2,"deleted":1,"version_conflicts":1,"failures":[]}`)
	f.Add(`{"total":-1}`)
	f.Add(`{"failures":[{}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		d, err := parseDeleted([]byte(body))
		if err == nil && (d.Total == nil || *d.Total < 0 || d.Deleted < 0 || len(d.Failures) > 0) {
			t.Errorf("%+v of %s", d, body)
		}
		if got := typeOf([]byte(body)); got != "" && !errorType.MatchString(got) {
			t.Errorf("type is %q", got)
		}
	})
}

func BenchmarkBulkLine(b *testing.B) {
	chunk := Chunk{Text: strings.Repeat("word ", 200), Vector: make([]float32, 1024)}
	for i := range chunk.Vector {
		chunk.Vector[i] = float32(i) / 3
	}
	for b.Loop() {
		l, err := bulkLine("acme", Document{ID: "doc", Version: 1}, chunk)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(l.text)))
	}
}
