package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func down() error { return fakeaws.Down() }
func lost() error { return fakeaws.AfterError{Err: fakeaws.Down()} }

// faultAt has the n-th call from now on fail, and with later those after it too.
// It reports whether there was one.
func (w *world) faultAt(n int, at func() error, later func() error) (reached *bool) {
	calls := 0
	reached = new(bool)
	w.cloud.SetFault(func(string) error {
		calls++
		switch {
		case calls == n:
			*reached = true
			return at()
		case calls > n && later != nil:
			return later()
		}
		return nil
	})
	return reached
}

// complete checks that all of acme is gone and, where it was to be, exported.
func (w *world) complete(at, data string, want map[string][]string, neighbour map[string]string) {
	w.t.Helper()
	w.gone(at, neighbour)
	if data == contract.DataExport {
		if d := cmp.Diff(want, w.exported("acme")); d != "" {
			w.t.Errorf("%s: export (-want +got):\n%s", at, d)
		}
	}
	if !slices.ContainsFunc(w.cloud.Events, func(e fakeaws.Event) bool { return e.Type == contract.EventTenantOffboarded }) {
		w.t.Errorf("%s: nobody was told", at)
	}
}

// A call fails, once before it took effect and once after, wherever it is: the
// machine tries again and ends as if nothing had been.
func TestAnyCallFailsOnce(t *testing.T) {
	for _, data := range []string{contract.DataErase, contract.DataExport} {
		for when, at := range map[string]func() error{"before": down, "after": lost} {
			t.Run(data+" "+when, func(t *testing.T) {
				for n, reached := 1, true; reached; n++ {
					w := two(t, data)
					w.h.budget = 0
					want, neighbour := w.whole("acme"), w.data("acme2")
					failed := w.faultAt(n, at, nil)
					m := (&machine{w: w, data: data}).run()
					w.cloud.SetFault(nil)
					reached = *failed
					name := fmt.Sprintf("call %d fails", n)
					if m.end != "Finished" {
						t.Fatalf("%s: %s by %s\n%s", name, m.end, m.failure, w.log)
					}
					w.complete(name, data, want, neighbour)
					// An event comes twice at most, where the answer was lost.
					if len(w.cloud.Events) > 2 {
						t.Errorf("%s: told %v", name, w.cloud.Events)
					}
				}
			})
		}
	}
}

// Nothing works any more from some moment on, in which a call may have taken
// effect: the machine fails, or was told that it ended. When all is well the next
// attempt goes on, and nothing is left and nothing lost.
func TestEverythingFailsFromAnyCallOn(t *testing.T) {
	for _, data := range []string{contract.DataErase, contract.DataExport} {
		for when, at := range map[string]func() error{"before": down, "after": lost} {
			t.Run(data+" "+when, func(t *testing.T) {
				for n, reached := 1, true; reached; n++ {
					w := two(t, data)
					w.h.budget = 0
					want, neighbour := w.whole("acme"), w.data("acme2")
					failed := w.faultAt(n, at, down)
					m := (&machine{w: w, data: data}).run()
					w.cloud.SetFault(nil)
					reached = *failed
					name := fmt.Sprintf("from call %d on", n)
					if reached && (m.end != "Failed" || m.failure != contract.ErrorTransient) {
						t.Fatalf("%s: %s by %s", name, m.end, m.failure)
					}
					if data == contract.DataExport && len(w.left("acme")) < 80 && !w.manifest() {
						t.Errorf("%s: erased before it was exported: %d things are left", name, len(w.left("acme")))
					}
					// Where only the answer to the very last call was lost, there is no record
					// to begin another attempt from.
					if reached && len(w.of(contract.Agents, "acme")) > 0 {
						w.h.budget = 1000
						if m.run(); m.end != "Finished" {
							t.Fatalf("%s, again: %s by %s\n%s", name, m.end, m.failure, w.log)
						}
					}
					w.complete(name, data, want, neighbour)
				}
			})
		}
	}
}

// manifest reports whether the export's manifest is there.
func (w *world) manifest() bool {
	body, _ := w.cloud.Object(contract.ExportKey("acme", operation) + contract.ExportManifestName)
	return body != nil
}

// DynamoDB does a part of a batch, as long as it has no capacity for more.
func TestUnprocessedItems(t *testing.T) {
	w := two(t, contract.DataErase)
	neighbour := w.data("acme2")
	w.cloud.Scarce(5)
	if m := (&machine{w: w, data: contract.DataErase}).run(); m.end != "Finished" || len(w.slept) != 5 {
		t.Fatalf("%s by %s, slept %v", m.end, m.failure, w.slept)
	}
	w.gone("scarce", neighbour)
	if report := w.report(); report.Erased.Connections != 61 || report.Erased.Metadata != 3 {
		t.Errorf("counts %+v", report.Erased)
	}
	// For ever: the step ends as one that may pass, and what it did is counted.
	w = two(t, contract.DataErase)
	w.cloud.Scarce(1 << 30)
	if _, failure := w.invoke(step(contract.DataStepErase)); failure != contract.ErrorTransient || len(w.slept) > busyTimes {
		t.Errorf("%s, slept %d times", failure, len(w.slept))
	}
}

// An object that S3 does not delete is no end: for trouble of its own it is tried
// again, and a refusal fails.
func TestObjectsThatStay(t *testing.T) {
	key := contract.DocumentKey("acme", "d1")
	for code, want := range map[string]string{"SlowDown": contract.ErrorTransient, "InternalError": contract.ErrorTransient, "AccessDenied": "DataError"} {
		w := two(t, contract.DataErase)
		w.cloud.Stuck = map[string]string{key: code}
		m := (&machine{w: w, data: contract.DataErase}).run()
		if m.end != "Failed" || m.failure != want || w.cloud.Versions(key) != 6 {
			t.Errorf("%s: %s by %s, %d versions", code, m.end, m.failure, w.cloud.Versions(key))
		}
		w.cloud.Stuck = nil
		neighbour := w.data("acme2")
		if m.run(); m.end != "Finished" {
			t.Errorf("%s, again: %s by %s", code, m.end, m.failure)
		}
		w.gone(code, neighbour)
	}
}

// What comes while the data is erased is found and erased; what comes again and
// again is a failure.
func TestDataThatComesAnew(t *testing.T) {
	for times, want := range map[int]string{1: "Finished", maxFound: "Finished", maxFound + 1: "Failed"} {
		w := two(t, contract.DataErase)
		neighbour := w.data("acme2")
		come := 0
		m := &machine{w: w, data: contract.DataErase, before: func(step string) {
			if step == contract.DataStepVerify && come < times {
				come++
				if come%2 == 0 {
					w.cloud.Upload(contract.DocumentKey("acme", "late"))
				} else {
					w.put(contract.Connections, "acme", "CONN#late", map[string]any{"connectionId": "c"})
				}
			}
		}}
		if m.run(); m.end != want || want == "Failed" && m.failure != "LeftError" {
			t.Errorf("%d times: %s by %s", times, m.end, m.failure)
		}
		if want == "Finished" {
			w.gone("late", neighbour)
		}
	}
}
