package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
)

// Two versions of a document, each step of the one between any two of the other:
// in the end the newer one is found, alone.
func TestTwoVersionsAtOnce(t *testing.T) {
	for first := range 8 {
		for second := first; second < 8; second++ {
			w := newWorld(t)
			d, object1 := w.uploaded("acme", "", text("old", 2))
			old := &machine{w: w, object: object1}
			m := &machine{w: w}
			steps, next := 0, (func() next)(nil)
			old.between = func(string) {
				switch steps {
				case first: // it is announced and uploaded, and validated
					_, m.object = w.uploaded("acme", d.DocumentID, text("plug", 1))
					next = m.validate()
				case second + 1:
					for next != nil {
						next = next()
					}
				}
				steps++
			}
			old.run()
			if m.object.Key == "" {
				_, m.object = w.uploaded("acme", d.DocumentID, text("plug", 1))
				next = m.validate
			}
			for next != nil {
				next = next()
			}
			if m.end != "Done" || old.end == "Failed" || w.found(d) != "2:2" || !strings.HasPrefix(w.status(d), "indexed ") {
				t.Errorf("announced before step %d, learned after %d: %s, %s, found %q, %s", first, second, old.end, m.end, w.found(d), w.status(d))
			}
		}
	}
}

// The newer version is announced, uploaded and learned at any call of the older
// one's ingestion.
func TestANewerVersionAtAnyCall(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		for _, lag := range []int{0, 1, 2, 4, 1000} {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("older", 1))
			(&machine{w: w, object: object}).run()
			_, object = w.uploaded("acme", d.DocumentID, text("old", 2))
			w.calls, reached = 0, false
			m, learned := &machine{w: w}, false
			w.before = func(call int) {
				if call >= n && !reached {
					reached = true
					_, m.object = w.uploaded("acme", d.DocumentID, text("plug", 1))
				}
				if reached && call >= n+lag && !learned {
					learned = true
					w.quietly(func() { m.run() })
				}
			}
			old := (&machine{w: w, object: object}).run()
			w.before = nil
			if !reached {
				break
			}
			if w.found(d) == "" {
				t.Errorf("announced at call %d: nothing is found", n)
			}
			if !learned {
				m.run()
			}
			if m.end != "Done" || old.end == "Failed" || w.found(d) != "3:2" {
				t.Errorf("announced at call %d, learned at %d: %s, %s, found %q, %s", n, n+lag, old.end, m.end, w.found(d), w.status(d))
			}
		}
	}
}

// The same event twice, the executions side by side: the document is learned once.
func TestDuplicateEvents(t *testing.T) {
	for offset := range 6 {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", text("plug", 30))
		a := &machine{w: w, object: object}
		object.Execution = "another"
		b := &machine{w: w, object: object}
		now, then := next(a.validate), next(b.validate)
		w.stepwise(a, offset)
		for now != nil || then != nil {
			if now != nil {
				now = now()
			}
			if then != nil {
				then = then()
			}
		}
		for _, m := range []*machine{a, b} {
			if m.end != "Done" && m.end != "Ignored" {
				t.Errorf("%d: %s by %s", offset, m.end, m.failure)
			}
		}
		if w.status(d) != "indexed indexed" || w.events() != contract.EventDocumentIndexed || w.found(d) != "1:60" {
			t.Errorf("%d: %s, %s, found %q", offset, w.status(d), w.events(), w.found(d))
		}
		if made := count(w.cloud.Calls(), "InvokeModel"); made != 60 {
			t.Errorf("%d: %d times a chunk was embedded", offset, made)
		}
	}
}

// stepwise has a machine of the same event run from the start to its end before
// the given step of m.
func (w *world) stepwise(m *machine, step int) {
	steps := 0
	m.between = func(string) {
		if steps == step {
			object := m.object
			object.Execution = "a third"
			if third := (&machine{w: w, object: object}).run(); third.end != "Done" && third.end != "Ignored" {
				w.t.Errorf("%s by %s", third.end, third.failure)
			}
		}
		steps++
	}
}

// Two tenants at once: never a word of one among the other's.
func TestTenantsSideBySide(t *testing.T) {
	w := newWorld(t)
	w.cloud.SetFault(nil)
	w.domain.Faults = nil
	var wait sync.WaitGroup
	var mu sync.Mutex
	ends := map[string]int{}
	for i := range 40 {
		id := []string{"acme", "acme2"}[i%2]
		content := text("of-"+id+"-only", 2)
		d := w.document(id, "", extract.TypeText, len(content))
		object := w.upload(d, content)
		wait.Go(func() {
			m := (&machine{w: w, object: object}).run()
			mu.Lock()
			defer mu.Unlock()
			ends[m.end]++
		})
	}
	wait.Wait()
	if ends["Done"] != 40 {
		t.Errorf("ends %v", ends)
	}
	count := map[string]int{}
	for _, source := range w.domain.Visible(contract.VectorIndex) {
		id := source["tenantId"].(string)
		count[id]++
		if !strings.Contains(source["chunkText"].(string), "of-"+id+"-only") || !strings.HasPrefix(source["embeddingId"].(string), id+"#") {
			t.Errorf("%s has %v", id, source["chunkText"])
		}
	}
	if count["acme"] != count["acme2"] || count["acme"] < 60 || len(count) != 2 {
		t.Errorf("found %v", count)
	}
	for _, key := range w.cloud.Keys() {
		body, _ := w.cloud.Object(key)
		id := strings.Split(key, "/")[1]
		if strings.Contains(string(body), "of-") && !strings.Contains(string(body), "of-"+id+"-only") {
			t.Errorf("%s holds another tenant's words", key)
		}
	}
	for _, e := range w.cloud.Events {
		if e.Type != contract.EventDocumentIndexed {
			t.Errorf("told %v", e)
		}
	}
}
