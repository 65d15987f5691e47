package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
)

// deletion is a deletion of a document, as the records function does it: its parts
// may come at moments of their own.
type deletion struct {
	w *world
	d contract.Document
}

// begin removes the uploads and tells of the deletion.
func (d deletion) begin() { d.w.cloud.EraseObject(d.d.S3Key) }

// end removes the items, the head last.
func (d deletion) end() {
	d.w.t.Helper()
	d.w.quietly(func() {
		documents := d.w.store(d.d.TenantID)
		for version := 1; version <= d.d.Version; version++ {
			if err := documents.RemoveVersion(context.Background(), d.d.DocumentID, version); err != nil {
				d.w.t.Error(err)
			}
		}
		if err := documents.RemoveHead(context.Background(), d.d.DocumentID, d.d.Version); err != nil {
			d.w.t.Error(err)
		}
	})
}

// removal is what the rule for deletions invokes the function with.
func removal(d contract.Document) contract.IngestionStep {
	return contract.IngestionStep{
		Step: contract.StepRemove, Object: contract.IngestedObject{TenantID: d.TenantID}, Document: &contract.IngestionDocument{DocumentID: d.DocumentID, Version: d.Version},
	}
}

// A document is deleted at any moment of its ingestion, the event of it is handled
// at any later one, and its items go at any one after: in the end nothing of it is
// in the index.
func TestDeletedAtAnyMoment(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		for _, lag := range []int{0, 1, 3, 1000} {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("old", 1))
			(&machine{w: w, object: object}).run()
			d, object = w.uploaded("acme", d.DocumentID, text("plug", 1))
			other, object2 := w.uploaded("acme", "", text("other", 1))
			(&machine{w: w, object: object2}).run()
			w.calls, reached = 0, false
			begun, ended, pending := false, false, false
			w.before = func(call int) {
				if call >= n && !begun {
					begun, reached = true, true
					deletion{w, d}.begin()
					w.quietly(func() { pending = w.invoke(removal(d), nil) != "" })
				}
				if call >= n+lag && !ended {
					ended = true
					deletion{w, d}.end()
				}
			}
			m := (&machine{w: w, object: object}).run()
			w.before = nil
			at := fmt.Sprintf("begun at call %d, ended at %d", n, n+lag)
			if !reached {
				if m.end != "Done" {
					t.Errorf("%s: %s", at, m.end)
				}
				break
			}
			if !pending {
				t.Errorf("%s: the removal is done before the document is gone", at)
			}
			if !ended {
				deletion{w, d}.end()
			}
			if name := w.invoke(removal(d), nil); name != "" { // Lambda's repetition
				t.Errorf("%s: %s", at, name)
			}
			if w.found(d) != "" || w.status(d) != "" || w.found(other) != "1:2" {
				t.Errorf("%s: found %q, %s; of another %q", at, w.found(d), w.status(d), w.found(other))
			}
			if m.end == "Failed" && m.failure != contract.ErrorTransient {
				t.Errorf("%s: %s by %s", at, m.end, m.failure)
			}
		}
	}
}

// The same, and the removal comes once only, right when the items are gone, while
// the ingestion goes on.
func TestRemovedRightAfterTheDocument(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", text("plug", 1))
		w.calls, reached = 0, false
		w.before = func(call int) {
			if call >= n && !reached {
				reached = true
				deletion{w, d}.begin()
				deletion{w, d}.end()
				w.quietly(func() {
					if name := w.invoke(removal(d), nil); name != "" {
						t.Error(name)
					}
				})
			}
		}
		(&machine{w: w, object: object}).run()
		if reached && (w.found(d) != "" || w.status(d) != "") {
			t.Errorf("deleted at call %d: found %q, %s", n, w.found(d), w.status(d))
		}
	}
}

// The document is deleted while an invocation that wrote chunks is lost: its
// repetition removes them.
func TestRemovedAfterALostInvocation(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", text("plug", 60)) // several batches
		m := &machine{w: w, object: object}
		deleted := false
		m.between = func(step string) {
			if step != contract.StepIndex {
				return
			}
			if w.fault == nil {
				w.calls, reached = 0, false
				w.fault = func(call int) failAt {
					if call == n {
						reached = true
						return failsAfter
					}
					return succeeds
				}
				return
			}
			if !deleted { // between the lost one and the next
				deleted = true
				deletion{w, d}.begin()
				deletion{w, d}.end()
			}
		}
		m.run()
		if deleted && w.found(d) != "" {
			t.Errorf("lost at call %d: found %q", n, w.found(d))
		}
	}
}

// A version that comes while its document is being deleted keeps it.
func TestRemovalKeepsANewerVersion(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("old", 1))
	(&machine{w: w, object: object}).run()
	_, object = w.uploaded("acme", d.DocumentID, text("plug", 2))
	(&machine{w: w, object: object}).run()
	for range 2 {
		if name := w.invoke(removal(d), nil); name != "" || w.found(d) != "2:4" {
			t.Errorf("%s: found %q", name, w.found(d))
		}
	}
}

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
