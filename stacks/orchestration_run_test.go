package stacks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

const documentKey = "tenants/acme/documents/d1"

func execution(key string) map[string]any {
	return map[string]any{"bucket": "b", "key": key, "versionId": "v7", "etag": "e", "size": 12.0, "time": "2026-03-01T10:00:00Z", "sequencer": "0061"}
}

// ingesting is a machine whose function does what it should; decision is what
// validation finds.
func ingesting(t testing.TB, decision string) *workflowRun {
	r := &workflowRun{t: t, machine: definitionOf(t, loadEnv(t, "prod"))}
	r.function = func(s contract.IngestionStep) (any, *workflowError) { return answer(s, decision, 3), nil }
	r.decision = func(string) (any, *workflowError) { return map[string]any{"approved": true}, nil }
	return r
}

// answer is what document-ingestion returns for a step, and more than it should.
func answer(s contract.IngestionStep, decision string, batches int) any {
	switch s.Step {
	case contract.StepValidate:
		return map[string]any{"documentId": "d1", "version": 2, "decision": decision, "reason": "an unknown type", "text": strings.Repeat("x", 1<<20)}
	case contract.StepChunk:
		numbers := make([]int, batches)
		for i := range numbers {
			numbers[i] = i
		}
		return map[string]any{"work": "tenants/acme/work/d1/2/", "batches": numbers, "count": 10 * batches, "text": strings.Repeat("x", 1<<20)}
	}
	return map[string]any{"text": strings.Repeat("x", 1<<20)}
}

var (
	arrival  = []string{"SplitKey", "IsDocument", "DescribeObject", "Validate"}
	learning = []string{"Chunk", "Embed", "EmbedBatch", "EmbedBatch", "EmbedBatch", "Index", "UpdateMetadata", "Done"}
	failing  = []string{"RecordFailure", "NotifyFailure", "Failed"}
)

func way(parts ...any) []string {
	var all []string
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			all = append(all, p)
		case []string:
			all = append(all, p...)
		}
	}
	return all
}

func TestWorkflowRuns(t *testing.T) {
	withdrawn := &workflowError{contract.ErrorWithdrawn, "deleted"}
	for name, c := range map[string]struct {
		key, decision string
		decided       func(string) (any, *workflowError)
		want          []string
	}{
		"a document that nobody needs to approve": {documentKey, contract.DecisionApproved, nil, way(arrival, "Decide", learning)},
		"approved": {documentKey, contract.DecisionApproval, nil, way(arrival, "Decide", "AwaitApproval", "IsApproved", learning)},
		"rejected by a person": {documentKey, contract.DecisionApproval, func(string) (any, *workflowError) { return map[string]any{"approved": false}, nil },
			way(arrival, "Decide", "AwaitApproval", "IsApproved", "RejectedByPerson", "RecordRejection", "Rejected")},
		"approved too late": {documentKey, contract.DecisionApproval, func(string) (any, *workflowError) { return nil, &workflowError{"States.Timeout", ""} },
			way(arrival, "Decide", "AwaitApproval", "ApprovalExpired", "RecordRejection", "Rejected")},
		"deleted while it waited": {documentKey, contract.DecisionApproval, func(string) (any, *workflowError) { return nil, withdrawn },
			way(arrival, "Decide", "AwaitApproval", "Ignored")},
		"rejected by validation":          {documentKey, contract.DecisionRejected, nil, way(arrival, "Decide", "RejectedByValidation", "RecordRejection", "Rejected")},
		"known already":                   {documentKey, contract.DecisionStale, nil, way(arrival, "Decide", "Ignored")},
		"a decision nobody knows":         {documentKey, "who knows", nil, way(arrival, "Decide", "RejectedByValidation", "RecordRejection", "Rejected")},
		"work that looks like a document": {"tenants/acme/work/documents/x", contract.DecisionApproved, nil, way("SplitKey", "IsDocument", "Ignored")},
		"a folder":                        {"tenants/acme/documents/", contract.DecisionApproved, nil, way("SplitKey", "IsDocument", "Ignored")},
		"a key without parts":             {"tenants//documents/", contract.DecisionApproved, nil, way("SplitKey", "IsDocument", "Ignored")},
		"another root":                    {"exports/acme/documents/x", contract.DecisionApproved, nil, way("SplitKey", "IsDocument", "Ignored")},
	} {
		t.Run(name, func(t *testing.T) {
			r := ingesting(t, c.decision)
			if c.decided != nil {
				r.decision = c.decided
			}
			if _, failure := r.run(execution(c.key)); failure != nil {
				t.Errorf("failed: %v", failure)
			}
			if d := cmp.Diff(c.want, r.states); d != "" {
				t.Errorf("states (-want +got):\n%s", d)
			}
			if len(r.events) > 0 {
				t.Errorf("people are told of a failure: %v", r.events)
			}
			// A wait that ran out is over: a second one would be a second deadline.
			waits := 0
			for _, s := range r.steps {
				if s.Step == contract.StepAwaitApproval {
					waits++
				}
			}
			if waits > 1 {
				t.Errorf("waited %d times", waits)
			}
		})
	}
}

// What the function is given, step by step, is its contract.
func TestWorkflowPayloads(t *testing.T) {
	r := ingesting(t, contract.DecisionApproval)
	if _, failure := r.run(execution(documentKey)); failure != nil {
		t.Fatal(failure)
	}
	object := contract.IngestedObject{
		TenantID: "acme", Bucket: "b", Key: documentKey, VersionID: "v7", ETag: "e", Size: 12, Time: "2026-03-01T10:00:00Z", Sequencer: "0061", Execution: "e1",
	}
	document := &contract.IngestionDocument{DocumentID: "d1", Version: 2, Decision: contract.DecisionApproval, Reason: "an unknown type"}
	chunks := &contract.IngestionChunks{Work: "tenants/acme/work/d1/2/", Batches: []int{0, 1, 2}, Count: 30}
	place := &contract.IngestionChunks{Work: "tenants/acme/work/d1/2/", Count: 30}
	embed := func(batch int) contract.IngestionStep {
		return contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document, Chunks: place, Batch: batch}
	}
	want := []contract.IngestionStep{
		{Step: contract.StepValidate, Object: object, ApprovalRequired: true},
		{Step: contract.StepAwaitApproval, Object: object, Document: document, TaskToken: "token-1", WaitSeconds: 30 * 86400},
		{Step: contract.StepChunk, Object: object, Document: document},
		embed(0), embed(1), embed(2),
		{Step: contract.StepIndex, Object: object, Document: document, Chunks: chunks},
		{Step: contract.StepUpdateMetadata, Object: object, Document: document, Chunks: chunks, Status: "indexed"},
	}
	if d := cmp.Diff(want, r.steps); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
	r = ingesting(t, contract.DecisionRejected)
	if _, failure := r.run(execution(documentKey)); failure != nil {
		t.Fatal(failure)
	}
	document.Decision = contract.DecisionRejected
	last := contract.IngestionStep{Step: contract.StepUpdateMetadata, Object: object, Document: document, Status: "rejected", Reason: "an unknown type"}
	if d := cmp.Diff(last, r.steps[len(r.steps)-1]); d != "" {
		t.Errorf("the rejection (-want +got):\n%s", d)
	}
}

// A state holds 256 KB: a long document fits, since states hold no text,
// whatever the function returns.
func TestWorkflowStatesStaySmall(t *testing.T) {
	r := ingesting(t, contract.DecisionApproved)
	r.function = func(s contract.IngestionStep) (any, *workflowError) {
		return answer(s, contract.DecisionApproved, 5000), nil
	}
	if _, failure := r.run(execution(documentKey)); failure != nil {
		t.Fatal(failure)
	}
	if r.largest > 64<<10 {
		t.Errorf("a state of 5,000 batches has %d bytes", r.largest)
	}
}

// Whatever fails, the failure is recorded and people are told.
func TestWorkflowFailures(t *testing.T) {
	unknown := contract.IngestionFailedDetail{TenantID: "acme", Execution: "e1", Error: "ParseError"}
	known := unknown
	known.DocumentID, known.Version = "d1", 2
	for step, c := range map[string]struct {
		want  []string
		event contract.IngestionFailedDetail
	}{
		contract.StepValidate:       {way(arrival, failing), unknown},
		contract.StepAwaitApproval:  {way(arrival, "Decide", "AwaitApproval", failing), known},
		contract.StepChunk:          {way(arrival, "Decide", "AwaitApproval", "IsApproved", "Chunk", failing), known},
		contract.StepIndex:          {way(arrival, "Decide", "AwaitApproval", "IsApproved", learning[:6], failing), known},
		contract.StepUpdateMetadata: {way(arrival, "Decide", "AwaitApproval", "IsApproved", learning[:7], failing), known},
	} {
		t.Run(step, func(t *testing.T) {
			r := ingesting(t, contract.DecisionApproval)
			calls := 0
			r.function = func(s contract.IngestionStep) (any, *workflowError) {
				if s.Step == step {
					calls++
					return nil, &workflowError{"ParseError", "page 3"}
				}
				return answer(s, contract.DecisionApproval, 3), nil
			}
			_, failure := r.run(execution(documentKey))
			if d := cmp.Diff(c.want, r.states); d != "" {
				t.Errorf("states (-want +got):\n%s", d)
			}
			if failure == nil || *failure != (workflowError{"ParseError", "page 3"}) {
				t.Errorf("the execution fails with %v", failure)
			}
			if d := cmp.Diff([]contract.IngestionFailedDetail{c.event}, r.events); d != "" {
				t.Errorf("people are told (-want +got):\n%s", d)
			}
			if last := r.steps[len(r.steps)-1]; last.Step != contract.StepRecordFailure || last.Error != "ParseError" || last.Cause != "page 3" {
				t.Errorf("recorded is %+v", last)
			}
			if calls != 1 {
				t.Errorf("an error that stays is tried %d times", calls)
			}
		})
	}
}

// One batch that fails fails the document, after a second round.
func TestWorkflowFailedBatch(t *testing.T) {
	r := ingesting(t, contract.DecisionApproved)
	calls := 0
	r.function = func(s contract.IngestionStep) (any, *workflowError) {
		if s.Step == contract.StepEmbed && s.Batch == 1 {
			calls++
			return nil, &workflowError{"ModelError", ""}
		}
		return answer(s, contract.DecisionApproved, 3), nil
	}
	_, failure := r.run(execution(documentKey))
	round := []string{"EmbedBatch", "EmbedBatch", "BatchFailed"}
	if d := cmp.Diff(way(arrival, "Decide", "Chunk", "Embed", round, round, failing), r.states); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
	if failure == nil || failure.name != "States.ExceedToleratedFailureThreshold" || calls != 2 || len(r.events) != 1 {
		t.Errorf("%v after %d calls, people told %v", failure, calls, r.events)
	}
}

// What passes by itself is waited for, but not for ever; what vanished is tried
// once more.
func TestWorkflowPatience(t *testing.T) {
	for name, want := range map[string]int{contract.ErrorTransient: 7, "Lambda.TooManyRequestsException": 7, "States.Timeout": 2, "Lambda.Unknown": 2, "ParseError": 1} {
		for _, step := range []string{contract.StepValidate, contract.StepChunk, contract.StepIndex, contract.StepUpdateMetadata} {
			r := ingesting(t, contract.DecisionApproved)
			calls := 0
			r.function = func(s contract.IngestionStep) (any, *workflowError) {
				if s.Step == step {
					calls++
					return nil, &workflowError{name, ""}
				}
				return answer(s, contract.DecisionApproved, 3), nil
			}
			if _, failure := r.run(execution(documentKey)); failure == nil || calls != want {
				t.Errorf("%s in %s: %d calls, want %d; %v", name, step, calls, want, failure)
			}
		}
	}
}

// The function that fails may be the one that records failures, and the bus may
// be out of reach: the execution still ends in the first error.
func TestWorkflowFailingFailure(t *testing.T) {
	for _, bus := range []*workflowError{nil, {"EventBridge.FailedEntry", ""}} {
		t.Run(fmt.Sprint(bus), func(t *testing.T) {
			r := ingesting(t, contract.DecisionApproved)
			r.notify = bus
			r.function = func(contract.IngestionStep) (any, *workflowError) {
				return nil, &workflowError{"Lambda.Unknown", "gone"}
			}
			_, failure := r.run(execution(documentKey))
			if d := cmp.Diff(way(arrival, failing), r.states); d != "" {
				t.Errorf("states (-want +got):\n%s", d)
			}
			if failure == nil || *failure != (workflowError{"Lambda.Unknown", "gone"}) {
				t.Errorf("the execution fails with %v", failure)
			}
			if told := len(r.events) == 1; told != (bus == nil) {
				t.Errorf("people are told %v", r.events)
			}
		})
	}
}
