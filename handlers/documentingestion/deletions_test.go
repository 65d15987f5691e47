package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/flowops/flowops/contract"
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
