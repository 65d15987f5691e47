package constructs

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goodRetry() []Retrier {
	return []Retrier{{ErrorEquals: []string{"States.ALL"}, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 10, JitterStrategy: FullJitter}}
}

func goodTask(next string) WorkflowState {
	return WorkflowState{
		Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 5, Retry: goodRetry(), Next: next,
		Catch: []Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.error", Next: "Failed"}},
	}
}

func goodWorkflow() Workflow {
	batch := goodTask("")
	batch.End = true
	return Workflow{StartAt: "Work", States: map[string]WorkflowState{
		"Work":   goodTask("Which"),
		"Which":  {Type: "Choice", Choices: []ChoiceRule{{Variable: "$.x", StringEquals: "all", Next: "Each"}}, Default: "Done"},
		"Done":   {Type: "Succeed"},
		"Failed": {Type: "Fail"},
		"Each": {
			Type: "Map", Next: "Done", Retry: goodRetry(), Catch: []Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.error", Next: "Failed"}},
			WorkflowMap: WorkflowMap{Label: "Each", MaxConcurrency: 3, ToleratedFailurePercentage: new(int), ItemProcessor: &Workflow{
				ProcessorConfig: &ProcessorConfig{Mode: "DISTRIBUTED", ExecutionType: "STANDARD"}, StartAt: "One",
				States: map[string]WorkflowState{"One": batch, "Failed": {Type: "Fail"}},
			}},
		},
	}}
}

func TestWorkflowCheck(t *testing.T) {
	if problems := goodWorkflow().Check(); problems != nil {
		t.Fatalf("a good workflow has problems: %q", problems)
	}
	for name, c := range map[string]struct {
		spoil func(states map[string]WorkflowState, w *Workflow)
		want  string
	}{
		"a start that is not there": {func(_ map[string]WorkflowState, w *Workflow) { w.StartAt = "Nowhere" }, `StartAt names "Nowhere"`},
		"a way to nowhere":          {func(s map[string]WorkflowState, _ *Workflow) { s["Work"] = goodTask("Nowhere") }, `Work leads to "Nowhere"`},
		"a state that nothing reaches": {func(s map[string]WorkflowState, _ *Workflow) {
			s["Lost"] = WorkflowState{Type: "Succeed"}
		}, "Lost is reached from nowhere"},
		"a circle without an end": {func(s map[string]WorkflowState, _ *Workflow) {
			s["Done"] = WorkflowState{Type: "Pass", Next: "Again"}
			s["Again"] = WorkflowState{Type: "Pass", Next: "Done"}
		}, "Done never comes to an end"},
		"a task without a time limit": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.TimeoutSeconds = 0
			s["Work"] = task
		}, "Work: a Task has a time limit"},
		"a task that fails at once": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.Retry = nil
			s["Work"] = task
		}, "Work: a Task is repeated"},
		"a task that catches only some errors": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.Catch = []Catcher{{ErrorEquals: []string{"States.Timeout"}, Next: "Failed"}}
			s["Work"] = task
		}, "Work: the last catcher takes States.ALL"},
		"repetition without bounds": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.Retry[0].MaxAttempts = 0
			s["Work"] = task
		}, "Work: retrier 0 has no bounds"},
		"repetition without jitter": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.Retry[0].JitterStrategy = ""
			s["Work"] = task
		}, "Work: retrier 0 does not back off with full jitter"},
		"all errors before others": {func(s map[string]WorkflowState, _ *Workflow) {
			task := goodTask("Which")
			task.Retry = append(task.Retry, task.Retry[0])
			s["Work"] = task
		}, "States.ALL stands alone and last"},
		"a choice without a default": {func(s map[string]WorkflowState, _ *Workflow) {
			which := s["Which"]
			which.Default = ""
			s["Which"] = which
		}, "Which: a Choice has choices and a default"},
		"an end that goes on": {func(s map[string]WorkflowState, _ *Workflow) {
			s["Done"] = WorkflowState{Type: "Succeed", Next: "Work"}
		}, "Done: a Succeed state has neither Next nor End"},
		"neither next nor end":   {func(s map[string]WorkflowState, _ *Workflow) { s["Done"] = WorkflowState{Type: "Pass"} }, "Done: a Pass state has either Next or End"},
		"a type that is no type": {func(s map[string]WorkflowState, _ *Workflow) { s["Done"] = WorkflowState{Type: "Parallel", End: true} }, `type "Parallel" is not known`},
		"a wait for nothing":     {func(s map[string]WorkflowState, _ *Workflow) { s["Done"] = WorkflowState{Type: "Wait", End: true} }, "Done: a Wait, and nothing else, has seconds"},
		"seconds of another": {func(s map[string]WorkflowState, _ *Workflow) {
			s["Done"] = WorkflowState{Type: "Pass", Seconds: 3, End: true}
		}, "Done: a Wait, and nothing else, has seconds"},
		"a circle without a choice": {func(s map[string]WorkflowState, w *Workflow) {
			task := goodTask("Which")
			task.Catch[0].Next = "Wait"
			s["Work"], s["Wait"] = task, WorkflowState{Type: "Wait", Seconds: 1, Next: "Work"}
			w.TimeoutSeconds = 60
		}, "Work is in a circle without a Choice"},
		"a circle that no time ends": {func(s map[string]WorkflowState, _ *Workflow) {
			which := s["Which"]
			which.Choices = append(which.Choices, ChoiceRule{Variable: "$.x", StringEquals: "again", Next: "Work"})
			s["Which"] = which
		}, "Work is in a circle, and the workflow has no time limit"},
		"a map without limits": {func(s map[string]WorkflowState, _ *Workflow) {
			each := s["Each"]
			each.MaxConcurrency = 0
			s["Each"] = each
		}, "Each: a Map limits its concurrency"},
		"a processor with a fault": {func(s map[string]WorkflowState, _ *Workflow) {
			s["Each"].ItemProcessor.States["Lost"] = WorkflowState{Type: "Succeed"}
		}, "Each: processor: Lost is reached from nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			w := goodWorkflow()
			c.spoil(w.States, &w)
			if got := w.Check(); !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, c.want) }) {
				t.Errorf("problems are %q, want one with %q", got, c.want)
			}
		})
	}
}

// Work that is done in parts goes around until a Choice says that it is done, or
// its time is over.
func TestWorkflowCheckTakesLoops(t *testing.T) {
	w := goodWorkflow()
	which := w.States["Which"]
	which.Choices = append(which.Choices, ChoiceRule{Variable: "$.x", StringEquals: "again", Next: "Pause"})
	w.States["Which"], w.States["Pause"] = which, WorkflowState{Type: "Wait", Seconds: 30, Next: "Work"}
	w.TimeoutSeconds = 3600
	if problems := w.Check(); problems != nil {
		t.Errorf("a good loop has problems: %q", problems)
	}
}

// What is zero in Go is still written where the language gives it a meaning.
func TestWorkflowJSON(t *testing.T) {
	s := WorkflowState{Type: "Map", ResultPath: Discard, WorkflowMap: WorkflowMap{ToleratedFailurePercentage: new(int)}, End: true}
	var got map[string]any
	if err := json.Unmarshal([]byte(JSON(s)), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{"Type": "Map", "ResultPath": nil, "ToleratedFailurePercentage": 0.0, "End": true}, got); d != "" {
		t.Errorf("state (-want +got):\n%s", d)
	}
}
