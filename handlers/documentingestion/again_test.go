package main

import (
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
)

// A document that was approved and failed is learned without another approval.
func TestFailedAfterItsApproval(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	m := &machine{w: w, object: object, approval: true, decide: w.person(d, 1, true)}
	m.between = func(step string) {
		if step == contract.StepEmbed {
			w.erase("/chunks/")
		}
	}
	if m.run(); m.end != "Failed" || w.status(d) != "failed failed" {
		t.Fatalf("%s, %s", m.end, w.status(d))
	}
	if m := (&machine{w: w, object: object, approval: true}).run(); m.end != "Done" || w.status(d) != "indexed indexed" || w.item(d, 0)["reason"] != nil {
		t.Errorf("%s, %v", m.end, w.item(d, 0))
	}
}

// What a version that failed left in the index goes, whatever call of recording
// the failure fails.
func TestFailureLeavesNothing(t *testing.T) {
	for n, reached := 1, true; reached; n++ {
		for _, fails := range []failAt{failsBefore, failsAfter} {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("plug", 60))
			reached = false
			m := &machine{w: w, object: object}
			m.between = func(step string) {
				switch {
				case step == contract.StepIndex:
					w.erase("/vectors/000001")
				case step == contract.StepRecordFailure && !reached:
					if n == 1 && len(w.domain.Documents(contract.VectorIndex)) == 0 {
						t.Error("nothing is left to remove")
					}
					w.calls = 0
					w.fault = func(call int) failAt {
						if call != n {
							return succeeds
						}
						reached = true
						return fails
					}
				}
			}
			m.run()
			left := len(w.domain.Documents(contract.VectorIndex))
			// Where the domain itself does not answer, the log says what may be left.
			if m.end != "Failed" || w.status(d) != "failed failed" || left > 0 && !strings.Contains(w.log.String(), "may be in the index") {
				t.Errorf("call %d: %s, %s, %d chunks left", n, m.end, w.status(d), left)
			}
		}
	}
}

// What is superseded costs nothing, and is not said to be learned.
func TestSupersededCostsNothing(t *testing.T) {
	for _, step := range []string{contract.StepChunk, contract.StepEmbed, contract.StepIndex, contract.StepUpdateMetadata} {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", text("plug", 1))
		m := &machine{w: w, object: object}
		m.between = func(now string) {
			if now == step && w.item(d, 2) == nil {
				w.document("acme", d.DocumentID, extract.TypeText, 1)
			}
		}
		m.run()
		made, written := count(w.cloud.Calls(), "InvokeModel"), count(w.cloud.Calls(), "PutObject")
		learned := step == contract.StepUpdateMetadata // it was, before
		if m.end != "Done" || (w.status(d) == "pending indexed pending") != learned || (w.events() != "") != learned || (w.found(d) != "") != learned {
			t.Errorf("before %s: %s, %s, %s, found %q", step, m.end, w.status(d), w.events(), w.found(d))
		}
		if step == contract.StepChunk && written > 0 || step == contract.StepEmbed && made > 0 {
			t.Errorf("before %s: %d vectors, %d objects", step, made, written)
		}
	}
}

// Two uploads of a version are taken up at once: one of them is.
func TestTwoUploadsAtOnce(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	other := w.upload(d, text("worm", 1))
	second := &machine{w: w, object: other}
	w.cloud.Meanwhile("TransactWriteItems", func() { second.validate() })
	first := (&machine{w: w, object: object}).run()
	if first.end != "Ignored" || second.decision != contract.DecisionApproved || w.item(d, 1)["objectVersion"] != other.VersionID || w.item(d, 0)["objectVersion"] != other.VersionID {
		t.Errorf("%s, %s: %v", first.end, second.decision, w.item(d, 1))
	}
}
