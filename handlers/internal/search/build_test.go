package search

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func wantJSON(t *testing.T, what string, got any, want string) {
	t.Helper()
	text, ok := got.([]byte)
	if !ok {
		var err error
		if text, err = json.Marshal(got); err != nil {
			t.Fatal(err)
		}
	}
	var g, w any
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatalf("%s: %v: %s", what, err, text)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(w, g); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestBulkLine(t *testing.T) {
	l, err := bulkLine("acme", Document{ID: "doc-1", Version: 3, Title: "Setup"}, Chunk{Index: 7, Text: "two\nlines", Section: "Install", Page: 2, Vector: []float32{0.5, -1}})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(l.text), "\n")
	if l.id != "acme#doc-1#3#7" || len(parts) != 3 || parts[2] != "" {
		t.Fatalf("line of %s is %q", l.id, l.text)
	}
	wantJSON(t, "action", []byte(parts[0]), `{"index":{"_id":"acme#doc-1#3#7","routing":"acme"}}`)
	wantJSON(t, "entry", []byte(parts[1]), `{"embeddingId":"acme#doc-1#3#7","tenantId":"acme","documentId":"doc-1","version":3,"chunkIndex":7,
		"chunkText":"two\nlines","vector":[0.5,-1],"metadata":{"title":"Setup","section":"Install","pageNumber":2}}`)
	l, err = bulkLine("acme", Document{ID: "doc-1", Version: 1}, Chunk{Vector: []float32{1}})
	if err != nil || strings.Contains(string(l.text), "pageNumber") || strings.Contains(string(l.text), "section") {
		t.Errorf("%v: %s", err, l.text)
	}
}

func TestBulkLineRefuses(t *testing.T) {
	good, vector := Document{ID: "d", Version: 1}, []float32{1}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, tt := range map[string]struct {
		document Document
		chunk    Chunk
	}{
		"no document":     {Document{Version: 1}, Chunk{Vector: vector}},
		"no version":      {Document{ID: "d"}, Chunk{Vector: vector}},
		"a negative one":  {good, Chunk{Index: -1, Vector: vector}},
		"too long an id":  {Document{ID: strings.Repeat("d", 505), Version: 1}, Chunk{Vector: vector}},
		"no vector":       {good, Chunk{}},
		"a zero vector":   {good, Chunk{Vector: []float32{0, 0}}},
		"no number":       {good, Chunk{Vector: []float32{1, nan}}},
		"no finite value": {good, Chunk{Vector: []float32{inf}}},
	} {
		if l, err := bulkLine("acme", tt.document, tt.chunk); err == nil {
			t.Errorf("%s: %s", name, l.text)
		}
	}
}

// No two chunks share an id, of whatever tenants and documents.
func TestChunkIDsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, tenant := range []string{"acme", "acme-2", "acm"} {
		for _, document := range []string{"d", "d#1", "d#1#1", "e-2#d", "1"} {
			for version := 1; version < 12; version++ {
				for chunk := range 12 {
					id, err := ChunkID(tenant, Document{ID: document, Version: version}, chunk)
					what := strings.Join([]string{tenant, document, string(rune('a' + version)), string(rune('a' + chunk))}, "|")
					if err != nil || seen[id] != "" {
						t.Fatalf("%s: %v, also %s", what, err, seen[id])
					}
					seen[id] = what
				}
			}
		}
	}
}

func TestBatches(t *testing.T) {
	of := func(sizes ...int) (lines []line) {
		for _, n := range sizes {
			lines = append(lines, line{text: make([]byte, n)})
		}
		return lines
	}
	for name, tt := range map[string]struct {
		lines []line
		want  []int
	}{
		"none":               {nil, nil},
		"one":                {of(4), []int{1}},
		"up to the limit":    {of(4, 6), []int{2}},
		"over the limit":     {of(4, 7), []int{1, 1}},
		"longer than a line": {of(30, 1, 30), []int{1, 1, 1}},
		"many":               {of(3, 3, 3, 3, 3), []int{3, 2}},
	} {
		var got []int
		for _, b := range batches(tt.lines, 10) {
			got = append(got, len(b))
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestKNNBody(t *testing.T) {
	body, err := knnBody("acme", Query{Vector: []float32{0.25, 1}, Passages: 4, MinScore: 0.6})
	if err != nil {
		t.Fatal(err)
	}
	wantJSON(t, "query", body, `{"size":4,"min_score":0.6,"track_total_hits":false,
		"_source":["tenantId","documentId","version","chunkIndex","chunkText","metadata"],
		"query":{"knn":{"vector":{"vector":[0.25,1],"k":4,"filter":{"term":{"tenantId":"acme"}}}}}}`)
	for name, q := range map[string]Query{
		"no vector":         {Passages: 1},
		"no passages":       {Vector: []float32{1}},
		"too many":          {Vector: []float32{1}, Passages: MaxPassages + 1},
		"a negative score":  {Vector: []float32{1}, Passages: 1, MinScore: -0.1},
		"a score over one":  {Vector: []float32{1}, Passages: 1, MinScore: 1.1},
		"a score, no value": {Vector: []float32{1}, Passages: 1, MinScore: math.NaN()},
	} {
		if body, err := knnBody("acme", q); err == nil {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func TestDeletions(t *testing.T) {
	d := Document{ID: "doc-1", Version: 3}
	wantJSON(t, "present", present("acme", d, 5), `{"bool":{"filter":[{"term":{"tenantId":"acme"}},{"term":{"documentId":"doc-1"}},{"term":{"version":3}},{"range":{"chunkIndex":{"lt":5}}}]}}`)
	wantJSON(t, "superseded", superseded("acme", d, 5), `{"bool":{"filter":[{"term":{"tenantId":"acme"}},{"term":{"documentId":"doc-1"}},
		{"bool":{"minimum_should_match":1,"should":[{"range":{"version":{"lt":3}}},
			{"bool":{"filter":[{"term":{"version":3}},{"range":{"chunkIndex":{"gte":5}}}]}}]}}]}}`)
}

func TestParsePassages(t *testing.T) {
	const source = `{"tenantId":"acme","documentId":"d","version":2,"chunkIndex":4,"chunkText":"text","metadata":{"title":"T","section":"S","pageNumber":9}}`
	whole := func(hits string) string {
		return `{"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[` + hits + `]}}`
	}
	hit := func(score string) string { return `{"_score":` + score + `,"_source":` + source + `}` }
	passage := Passage{"d", "T", "S", 9, 2, 4, "text", 0.75}
	tests := []struct {
		name, body string
		want       []Passage
		err        error
	}{
		{"none", whole(""), []Passage{}, nil},
		{"one", whole(hit("0.75")), []Passage{passage}, nil},
		{"below the threshold", whole(hit("0.75") + "," + hit("0.5")), []Passage{passage}, nil},
		{"another tenant's", whole(hit("0.75") + "," + strings.Replace(hit("0.7"), "acme", "acme2", 1)), nil, ErrForeign},
		{"nobody's", whole(strings.Replace(hit("0.75"), "tenantId", "x", 1)), nil, ErrForeign},
		{"a shard failed", strings.Replace(whole(hit("0.75")), `"failed":0`, `"failed":1`, 1), nil, errPartial},
		{"out of time", strings.Replace(whole(hit("0.75")), `"timed_out":false`, `"timed_out":true`, 1), nil, errPartial},
		{"more than asked for", whole(strings.Repeat(hit("0.75")+",", 2) + hit("0.75")), nil, ErrMalformed},
		{"no score", whole(hit("null")), nil, ErrMalformed},
		{"no source", whole(`{"_score":0.9}`), nil, ErrMalformed},
		{"no document", whole(strings.Replace(hit("0.75"), `"documentId":"d"`, `"documentId":""`, 1)), nil, ErrMalformed},
		{"no hits", `{"_shards":{"failed":0}}`, nil, ErrMalformed},
		{"no shards", `{"hits":{"hits":[]}}`, nil, ErrMalformed},
		{"null", `null`, nil, ErrMalformed},
		{"no JSON", `<html>secret`, nil, ErrMalformed},
		{"another type", whole(strings.Replace(hit("0.75"), `"version":2`, `"version":"secret"`, 1)), nil, ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parsePassages([]byte(tt.body), "acme", Query{Passages: 2, MinScore: 0.6})
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
				t.Errorf("error is %v, want %v", err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error quotes the answer: %v", err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("passages (-want +got):\n%s", d)
			}
		})
	}
}

func TestParseBulk(t *testing.T) {
	sent := []line{{id: "a"}, {id: "b"}, {id: "c"}}
	item := func(id, rest string) string { return `{"index":{"_id":"` + id + `",` + rest + `}}` }
	good := item("a", `"status":201`)
	again, refused, err := parseBulk([]byte(`{"errors":true,"items":[`+good+`,`+item("b", `"status":429,"error":{"type":"es_rejected_execution_exception"}`)+`,`+
		item("c", `"status":400,"error":{"type":"mapper_parsing_exception","reason":"secret"}`)+`]}`), sent)
	if err != nil || len(again) != 1 || again[0].id != "b" {
		t.Errorf("again %v, %v", again, err)
	}
	if d := cmp.Diff([]ItemError{{"c", 400, "mapper_parsing_exception"}}, refused); d != "" {
		t.Errorf("refused (-want +got):\n%s", d)
	}
	for name, body := range map[string]string{
		"fewer items":    `{"items":[` + good + `]}`,
		"another order":  `{"items":[` + good + `,` + item("c", `"status":201`) + `,` + item("b", `"status":201`) + `]}`,
		"another action": `{"items":[` + good + `,{"delete":{"_id":"b","status":200}},` + item("c", `"status":201`) + `]}`,
		"no items":       `{"errors":false}`,
		"no JSON":        `ok`,
	} {
		if _, _, err := parseBulk([]byte(body), sent); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTypeOf(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":{"type":"index_not_found_exception","reason":"x"},"status":404}`: "index_not_found_exception",
		`{"error":{"type":"Some Text Of A Tenant"}}`:                               "",
		`{"error":"alias [x] missing","status":404}`:                               "",
		`{"message":"forbidden"}`:                                                  "",
		`{"error":{"type":"` + strings.Repeat("a", 65) + `"}}`:                     "",
		``: "",
	} {
		if got := typeOf([]byte(body)); got != want {
			t.Errorf("%s: %q", body, got)
		}
	}
}
