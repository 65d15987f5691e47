package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/searchtest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// A call fails, once before it took effect and once after, wherever in the
// machine's path it is: what the machine tries again ends as if nothing had been.
func TestAnyCallFailsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		approved          bool // otherwise it is rejected
		end, status, told string
	}{
		"approved": {true, "Done", "indexed indexed indexed", "DocumentApprovalRequested DocumentIndexed"},
		"rejected": {false, "Rejected", "rejected indexed rejected", "DocumentApprovalRequested"},
		"expired":  {false, "Rejected", "rejected indexed rejected", "DocumentApprovalRequested DocumentRejected"},
	} {
		t.Run(name, func(t *testing.T) {
			for n, reached := 1, true; reached; n++ {
				for _, fails := range []failAt{failsBefore, failsAfter} {
					w := newWorld(t)
					d, object := w.uploaded("acme", "", text("old", 2))
					(&machine{w: w, object: object}).run()
					old := w.found(d)
					d2, object := w.uploaded("acme", d.DocumentID, text("plug", 1))
					w.cloud.Events = nil
					w.calls, reached = 0, false
					w.fault = func(call int) failAt {
						if call != n {
							return succeeds
						}
						reached = true
						return fails
					}
					m := &machine{w: w, object: object, approval: true, decide: w.person(d2, 2, c.approved)}
					if name == "expired" {
						m.decide = func(string) (bool, string) { return false, "States.Timeout" }
					}
					m.run()
					at := fmt.Sprintf("call %d fails %d", n, fails)
					want := old
					if c.approved {
						want = "2:2"
					}
					if m.end != c.end || w.status(d) != c.status || w.found(d) != want || w.found(d) == "" {
						t.Errorf("%s: %s, %s, found %q, want %q\n%s", at, m.end, w.status(d), w.found(d), want, w.log)
					}
					// Of the events none is lost. Two of a kind there are where the answer of
					// publishing, or the record of it, was lost.
					var told []string
					for _, e := range w.cloud.Events {
						if !slices.Contains(told, e.Type) {
							told = append(told, e.Type)
						}
					}
					if strings.Join(told, " ") != c.told || len(w.cloud.Events) > len(told)+1 || fails == failsBefore && len(w.cloud.Events) > len(told)+1 {
						t.Errorf("%s: told %s", at, w.events())
					}
					if w.item(d2, 2)["untold"] != nil {
						t.Errorf("%s: %v", at, w.item(d2, 2))
					}
				}
			}
		})
	}
}

// Nothing works any more at some moment: the machine fails, and what was learned
// before is still found. When all is well, the same event learns the document.
func TestEverythingFailsFromAnyCallOn(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", text("old", 2))
		(&machine{w: w, object: object}).run()
		old := w.found(d)
		_, object = w.uploaded("acme", d.DocumentID, text("plug", 1))
		w.calls, reached = 0, false
		w.fault = func(call int) failAt {
			if call < n {
				return succeeds
			}
			reached = true
			return failsBefore
		}
		m := (&machine{w: w, object: object}).run()
		if found := w.found(d); !strings.Contains(found, old) && !strings.Contains(found, "2:2") {
			t.Errorf("from call %d on: found %q", n, found)
		}
		if reached && (m.end != "Failed" || m.failure != contract.ErrorTransient && m.failure != "States.ExceedToleratedFailureThreshold") {
			t.Errorf("from call %d on: %s by %s", n, m.end, m.failure)
		}
		w.fault = nil
		if m := (&machine{w: w, object: object}).run(); reached && m.end != "Done" && w.status(d) != "indexed indexed indexed" {
			t.Errorf("from call %d on, again: %s, %s", n, m.end, w.status(d))
		}
		if w.status(d) != "indexed indexed indexed" || w.found(d) != "2:2" {
			t.Errorf("from call %d on: %s, found %q", n, w.status(d), w.found(d))
		}
	}
}

// The model is throttled: what it did is kept, and not asked for again.
func TestThrottledModel(t *testing.T) {
	w := newWorld(t)
	w.h.model.attempts = 2
	d, object := w.uploaded("acme", "", text("plug", 30))
	invocations, worked := 0, 0
	w.cloud.SetFault(func(operation string) error {
		if operation != "InvokeModel" {
			return nil
		}
		if invocations++; invocations%3 != 0 {
			return fakeaws.Throttled()
		}
		worked++
		return nil
	})
	m := &machine{w: w, object: object}
	m.validate()
	if name := m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks); name != "" {
		t.Fatal(name)
	}
	in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
	name, rounds := "again", 0
	for ; name != "" && rounds < 200; rounds++ {
		if name = w.invoke(in, nil); name != "" && name != contract.ErrorTransient {
			t.Fatal(name)
		}
	}
	if rounds < 2 || worked != batchSize(0, m.chunks.Count) || !strings.Contains(w.log.String(), `"BedrockThrottles":`) {
		t.Errorf("%d rounds, %d of %d texts embedded", rounds, worked, m.chunks.Count)
	}
	before := invocations
	if name := w.invoke(in, nil); name != "" || invocations != before {
		t.Errorf("%s: a batch that is there cost %d calls", name, invocations-before)
	}
	w.cloud.SetFault(nil)
	if m := (&machine{w: w, object: object}).run(); m.end != "Done" {
		t.Errorf("%s %s", m.end, m.failure)
	}
	if w.status(d) != "indexed indexed" {
		t.Error(w.status(d))
	}
}

// Vectors of other chunks or of another model are not taken for these.
func TestVectorsOfAnotherCut(t *testing.T) {
	for name, change := range map[string]func(*world){
		"another model":  func(w *world) { w.h.model.id = "titan-3" },
		"another cut":    func(w *world) { w.h.chunks.Overlap = 4 },
		"broken vectors": func(w *world) { w.spoil(t, "/vectors/", "{") },
		"empty vectors":  func(w *world) { w.spoil(t, "/vectors/", `{"vectors":[[],[0]]}`) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, object := w.uploaded("acme", "", text("plug", 1))
			m := &machine{w: w, object: object}
			m.validate()
			m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks)
			in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
			if name := w.invoke(in, nil); name != "" {
				t.Fatal(name)
			}
			change(w)
			before := len(w.cloud.Calls())
			if m := (&machine{w: w, object: object}).run(); m.end != "Done" {
				t.Fatalf("%s %s", m.end, m.failure)
			}
			if made := count(w.cloud.Calls()[before:], "InvokeModel"); made != m.chunks.Count {
				t.Errorf("%d of %d vectors are made anew", made, m.chunks.Count)
			}
		})
	}
}

// spoil replaces what is in the objects of work.
func (w *world) spoil(t *testing.T, part, content string) {
	t.Helper()
	for _, key := range w.cloud.Keys() {
		if strings.Contains(key, part) {
			w.cloud.UploadBody(key, []byte(content), nil)
		}
	}
}

func count(calls []string, operation string) int {
	n := 0
	for _, c := range calls {
		if c == operation {
			n++
		}
	}
	return n
}

func TestWorkThatIsNotThere(t *testing.T) {
	for name, change := range map[string]func(*world){
		"chunks expired":      func(w *world) { w.erase("/chunks/") },
		"vectors expired":     func(w *world) { w.erase("/vectors/") },
		"chunks are no JSON":  func(w *world) { w.spoil(t, "/chunks/", "[") },
		"other chunks":        func(w *world) { w.spoil(t, "/chunks/", `[{"index":7,"text":"x"},{"index":8,"text":"x"}]`) },
		"chunks of no text":   func(w *world) { w.spoil(t, "/chunks/", `[{"index":0},{"index":1}]`) },
		"fewer chunks":        func(w *world) { w.spoil(t, "/chunks/", `[{"index":0,"text":"x"}]`) },
		"more than it may be": func(w *world) { w.spoil(t, "/chunks/", strings.Repeat(" ", workLimit+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("plug", 1))
			m := (&machine{w: w, object: object, between: func(step string) {
				if step == contract.StepIndex {
					change(w)
				}
			}}).run()
			if m.end != "Failed" || m.failure != "WorkError" || w.status(d) != "failed failed" || w.found(d) != "" {
				t.Errorf("%s by %s, %s, found %q", m.end, m.failure, w.status(d), w.found(d))
			}
			if reason := w.item(d, 0)["reason"]; reason != "The document could not be learned (WorkError)." || w.item(d, 1)["embeddingStatus"] != "failed" {
				t.Errorf("%v", w.item(d, 1))
			}
		})
	}
}

func (w *world) erase(part string) {
	for _, key := range w.cloud.Keys() {
		if strings.Contains(key, part) {
			w.cloud.EraseObject(key)
		}
	}
}

// The domain refuses a chunk: it fails at once, and nothing of the version stays.
func TestIndexRefuses(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	w.domain.Faults = func(_ int, c searchtest.Call) *searchtest.Fault {
		if !strings.HasSuffix(c.Path, "_bulk") {
			return nil
		}
		return &searchtest.Fault{Status: 403, Body: `{"error":{"type":"security_exception","reason":"confidential"}}`}
	}
	m := (&machine{w: w, object: object}).run()
	if m.end != "Failed" || m.failure != "IngestionError" || w.status(d) != "failed failed" {
		t.Errorf("%s by %s, %s", m.end, m.failure, w.status(d))
	}
}

// The wait begins anew between a person's decision and its sending.
func TestTokenIsReplaced(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	ctx := context.Background()
	documents := w.store("acme")
	decision := store.Decision{DocumentID: d.DocumentID, Version: 1, Approved: true, By: "person"}
	m := &machine{w: w, object: object, approval: true}
	m.validate()
	await := func(token string) string {
		return w.invoke(contract.IngestionStep{Step: contract.StepAwaitApproval, Object: object, Document: &m.document, TaskToken: token}, nil)
	}
	if name := await("first"); name != "" {
		t.Fatal(name)
	}
	decided, err := documents.Decide(ctx, decision)
	if err != nil || decided.Token != "first" {
		t.Fatalf("%+v, %v", decided, err)
	}
	if name := await("second"); name != "" {
		t.Fatal(name)
	}
	withdrawn, err := documents.Withdraw(ctx, decided) // as it does when nothing waits with "first"
	if withdrawn || err != nil || w.status(d) != "approved approved" {
		t.Errorf("withdrawn %v, %v: %s", withdrawn, err, w.status(d))
	}
	if decided, err = documents.Decide(ctx, decision); err != nil || decided.Token != "second" || !decided.Resumed {
		t.Errorf("%+v, %v", decided, err)
	}
	// A decision that was taken back, since its token had died: it is asked for again.
	if withdrawn, err := documents.Withdraw(ctx, decided); !withdrawn || err != nil || w.status(d) != "rejected rejected" {
		t.Errorf("withdrawn %v, %v: %s", withdrawn, err, w.status(d))
	}
	if name := await("third"); name != "" || w.status(d) != "pending pending" || w.item(d, 1)["taskToken"] != "third" {
		t.Errorf("%s: %v", name, w.item(d, 1))
	}
	// Another execution asks, and this one's wait runs out.
	other := object
	other.Execution = "other"
	if name := w.invoke(contract.IngestionStep{Step: contract.StepAwaitApproval, Object: other, Document: &m.document, TaskToken: "fourth"}, nil); name != "" {
		t.Error(name)
	}
	if _, err = documents.Decide(ctx, decision); err != nil {
		t.Error(err)
	}
	if name := await("fifth"); name != contract.ErrorWithdrawn { // the other one was approved
		t.Errorf("waits: %s", name)
	}
	expired := contract.IngestionStep{Step: contract.StepUpdateMetadata, Object: object, Document: &m.document, Status: contract.StatusRejected, Reason: "expired"}
	if name := w.invoke(expired, nil); name != "" || w.status(d) != "approved approved" {
		t.Errorf("%s: %s", name, w.status(d))
	}
	// The approval came when its own wait was over.
	expired.Object = other
	if name := w.invoke(expired, nil); name != "" || w.status(d) != "rejected rejected" || w.item(d, 0)["approvedBy"] != nil || w.item(d, 1)["approvedAt"] != nil {
		t.Errorf("%s: %v", name, w.item(d, 1))
	}
	if w.events() != "DocumentApprovalRequested DocumentApprovalRequested DocumentRejected" {
		t.Error(w.events())
	}
}
