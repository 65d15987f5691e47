package stacks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// erasing is the machine whose function does what it should: an export in three
// invocations, an erasure in two, and something left once.
func erasing(t testing.TB) *workflowRun {
	t.Helper()
	cfg := loadEnv(t, "prod")
	var machine map[string]any
	if err := json.Unmarshal([]byte(blocks.JSON(erasureWorkflow(cfg, "function", "bus"))), &machine); err != nil {
		t.Fatal(err)
	}
	return &workflowRun{t: t, machine: machine, told: func(contract.TenantDataFailedDetail) *workflowError { return nil }}
}

// work answers as data-erasure does, and keeps the steps.
type work struct {
	steps  []contract.TenantDataStep
	rounds map[string]int // invocations until a step is done
	fails  map[string]*workflowError
}

func (w *work) do(in contract.TenantDataStep) (any, *workflowError) {
	w.steps = append(w.steps, in)
	if e := w.fails[in.Step]; e != nil {
		return nil, e
	}
	out := contract.TenantDataResult{Progress: in.Progress}
	out.Progress.Found++
	w.rounds[in.Step]--
	out.Done = w.rounds[in.Step] <= 0
	return out, nil
}

func (w *work) names() (names []string) {
	for _, s := range w.steps {
		names = append(names, s.Step)
	}
	return names
}

const erasedOperation = "019b0000-0000-7000-8000-000000000001"

func leaving(data string) map[string]any {
	return map[string]any{"tenantId": "acme", "operation": erasedOperation, "data": data}
}

func TestErasureRuns(t *testing.T) {
	cfg := loadEnv(t, "prod")
	for name, c := range map[string]struct {
		data   string
		rounds map[string]int
		want   string
		waited int
	}{
		"erased":          {contract.DataErase, map[string]int{}, "erase verify finish", settleSeconds(cfg) + drainSeconds},
		"exported":        {contract.DataExport, map[string]int{}, "export erase verify finish", settleSeconds(cfg) + sealSeconds + drainSeconds},
		"in parts":        {contract.DataExport, map[string]int{"export": 3, "erase": 2}, "export export export erase erase verify finish", settleSeconds(cfg) + sealSeconds + drainSeconds},
		"something left":  {contract.DataErase, map[string]int{"verify": 2}, "erase verify erase verify finish", settleSeconds(cfg) + 2*drainSeconds},
		"an unknown wish": {"burn", map[string]int{}, "erase verify finish", settleSeconds(cfg) + drainSeconds},
	} {
		t.Run(name, func(t *testing.T) {
			r, w := erasing(t), &work{rounds: c.rounds}
			r.data = w.do
			if _, failure := r.run(leaving(c.data)); failure != nil {
				t.Fatal(failure)
			}
			if got := strings.Join(w.names(), " "); got != c.want || r.waited != c.waited || r.states[len(r.states)-1] != "Done" {
				t.Errorf("%s, waited %d s, want %s, %d s; %v", got, r.waited, c.want, c.waited, r.states)
			}
			// Each step gets what the one before it returned.
			for n, s := range w.steps {
				if s.TenantID != "acme" || s.Operation != erasedOperation || s.Progress.Found != n {
					t.Errorf("step %d is %+v", n, s)
				}
			}
		})
	}
}

// Whatever fails, the failure is recorded and people are told, and what passes by
// itself is tried again.
func TestErasureFailures(t *testing.T) {
	for _, name := range []string{"NotExportedError", contract.ErrorTransient} {
		for _, step := range []string{contract.DataStepExport, contract.DataStepErase, contract.DataStepVerify, contract.DataStepFinish} {
			for _, recording := range []*workflowError{nil, {"Lambda.Unknown", "gone"}} {
				for _, telling := range []*workflowError{nil, {"EventBridge.FailedEntry", ""}} {
					t.Run(fmt.Sprint(name, step, recording, telling), func(t *testing.T) {
						var told []contract.TenantDataFailedDetail
						r, w := erasing(t), &work{rounds: map[string]int{}, fails: map[string]*workflowError{step: {name, "confidential"}}}
						if recording != nil {
							w.fails[contract.DataStepFailed] = recording
						}
						r.data, r.told = w.do, func(d contract.TenantDataFailedDetail) *workflowError { told = append(told, d); return telling }
						_, failure := r.run(leaving(contract.DataExport))
						if failure == nil || failure.name != name || !slices.Equal(r.states[len(r.states)-3:], []string{"RecordFailure", "NotifyFailure", "Failed"}) {
							t.Errorf("it fails with %v by %v", failure, r.states)
						}
						if d := cmp.Diff(contract.TenantDataFailedDetail{TenantID: "acme", Operation: erasedOperation, Execution: "e1", Error: name}, told[0]); d != "" {
							t.Errorf("people are told (-want +got):\n%s", d)
						}
						tries := 0
						for _, s := range w.steps {
							if s.Step == step {
								tries++
							}
							if s.Step == contract.DataStepFailed && s.Error != name {
								t.Errorf("recorded is %+v", s)
							}
						}
						if want := map[string]int{"NotExportedError": 1, contract.ErrorTransient: 7}[name]; tries != want {
							t.Errorf("%d tries, want %d", tries, want)
						}
					})
				}
			}
		}
	}
}

// The waits are what their reasons say, in every environment, and the history of
// the longest execution fits into what Step Functions keeps.
func TestErasureTimes(t *testing.T) {
	for _, name := range []string{"dev", "staging", "prod"} {
		cfg := loadEnv(t, name)
		w := erasureWorkflow(cfg, "function", "bus")
		if problems := w.Check(); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		function := int(contract.TenantDataTimeout.Seconds())
		settle := w.States["Settle"].Seconds
		if settle <= cfg.Identity.IDTokenMinutes*60 || settle <= int(contract.MaxPresign.Seconds()) {
			t.Errorf("%s: it settles for %d s", name, settle)
		}
		for _, state := range []string{"Seal", "Drain"} {
			if got := w.States[state].Seconds; got <= function || got <= ingestionTimeout {
				t.Errorf("%s: %s is %d s", name, state, got)
			}
		}
		if got := w.States["Export"].TimeoutSeconds; got <= function || got >= w.States["Seal"].Seconds {
			t.Errorf("%s: a step takes %d s at most", name, got)
		}
		// An invocation takes three minutes at least where there is more to do; each has 7
		// events, and 3 more for each of its 6 repetitions.
		if events := dataDays * daySeconds / 180 * (7 + 6*3); events >= 25_000 {
			t.Errorf("%s: %d events", name, events)
		}
		if w.TimeoutSeconds <= settle+2*drainSeconds+daySeconds {
			t.Errorf("%s: it has %d s", name, w.TimeoutSeconds)
		}
	}
}

// A state machine's states stay small, however many parts there are.
func TestErasureStatesStaySmall(t *testing.T) {
	r := erasing(t)
	r.data = func(in contract.TenantDataStep) (any, *workflowError) {
		out := map[string]any{"done": true, "text": strings.Repeat("x", 1<<20), "progress": in.Progress}
		return out, nil
	}
	if _, failure := r.run(leaving(contract.DataExport)); failure != nil || r.largest > 4<<10 {
		t.Errorf("%v, a state of %d bytes", failure, r.largest)
	}
}
