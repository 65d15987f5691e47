package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
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
