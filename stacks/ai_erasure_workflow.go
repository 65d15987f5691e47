package stacks

import (
	"maps"
	"time"

	"github.com/aws/jsii-runtime-go"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// Times of the state machine that exports and erases tenants' data, in seconds.
const (
	// dataStepSeconds is the function's own limit, and the way there.
	dataStepSeconds = int(contract.TenantDataTimeout/time.Second) + 30
	// sealSeconds is longer than an invocation can run that was taken for lost: one
	// that still exports would write down what is erased already.
	sealSeconds = int(contract.TenantDataTimeout/time.Second) + 60
	// drainSeconds is longer than a step of ingestion runs that began before its
	// document's metadata were erased, and an invocation that was taken for lost.
	drainSeconds = ingestionTimeout + 60
	// dataDays is how long the work may take. An invocation works for three minutes
	// and makes, with the choice behind it, 7 events of the execution's history: a day
	// of them makes 3,400, of 25,000 that Step Functions keeps (quotas), so that
	// repetitions fit in too.
	dataDays = 2
)

// settleSeconds is how long it takes until nobody writes a tenant's data any more
// whose people, API key and agent are gone. The last token that was given out is
// good for its lifetime, and opens the WebSocket API's connections until then; a
// URL for an upload that was given out last is good for as long as such URLs are.
// The agent that functions keep for half a minute, and the requests at work, of a
// minute at most, end within.
func settleSeconds(cfg envs.Config) int {
	return cfg.Identity.IDTokenMinutes*60 + int(contract.MaxPresign/time.Second)
}

// erasureWorkflow is the state machine that exports and erases a tenant's data.
// It waits until nobody writes any more; exports where that is asked for, in as
// many invocations as it takes; erases; and looks whether anything is left.
//
// Its data: a contract.TenantDataExecution, and in "work" the last
// contract.TenantDataResult. States hand on pointers and counts, never data. Each
// step is an invocation of data-erasure with a contract.TenantDataStep, which does
// nothing unless the tenant's own record says that this is to be done.
func erasureWorkflow(cfg envs.Config, functionARN, busName string) blocks.Workflow {
	w := dataWorkflow{cfg: cfg, functionARN: functionARN, busName: busName}
	wait := func(seconds int, next, comment string) blocks.WorkflowState {
		return blocks.WorkflowState{Type: "Wait", Seconds: seconds, Next: next, Comment: comment}
	}
	return blocks.Workflow{
		Comment: "Exports and erases the data of a tenant that goes",
		StartAt: "Begin", TimeoutSeconds: settleSeconds(cfg) + dataDays*daySeconds,
		States: map[string]blocks.WorkflowState{
			"Begin": {
				Type: "Pass", Next: "Settle", Parameters: map[string]any{
					"tenantId.$": "$.tenantId", "operation.$": "$.operation", "data.$": "$.data", "execution.$": "$$.Execution.Name",
					"work": map[string]any{"done": false, "progress": map[string]any{}},
				},
			},
			"Settle": wait(settleSeconds(cfg), "IsToBeExported", "Until nobody writes any more"),
			"IsToBeExported": {
				Type: "Choice", Choices: []blocks.ChoiceRule{{Variable: "$.data", StringEquals: contract.DataExport, Next: "Export"}}, Default: "Erase",
			},
			"Export":        w.step(contract.DataStepExport, "IsExported"),
			"IsExported":    done("Seal", "Export"),
			"Seal":          wait(sealSeconds, "Erase", "Until no lost invocation exports any more"),
			"Erase":         w.step(contract.DataStepErase, "IsErased"),
			"IsErased":      done("Drain", "Erase"),
			"Drain":         wait(drainSeconds, "Verify", "Until what was under way has ended"),
			"Verify":        w.step(contract.DataStepVerify, "IsClean"),
			"IsClean":       done("Finish", "Erase"),
			"Finish":        w.step(contract.DataStepFinish, "Done"),
			"Done":          {Type: "Succeed"},
			"RecordFailure": w.recordFailure(),
			"NotifyFailure": w.notifyFailure(),
			"Failed":        failed(),
		},
	}
}

type dataWorkflow struct {
	cfg                  envs.Config
	functionARN, busName string
}

// done leads on where the last step is done, and back to it, or to what has to be
// done again, where it is not.
func done(next, again string) blocks.WorkflowState {
	return blocks.WorkflowState{
		Type: "Choice", Choices: []blocks.ChoiceRule{{Variable: "$.work.done", BooleanEquals: jsii.Bool(true), Next: next}}, Default: again,
	}
}

// invoke is an invocation of data-erasure; more is its payload beside what every
// step has.
func (w dataWorkflow) invoke(step, next string, more map[string]any) blocks.WorkflowState {
	payload := map[string]any{"step": step, "tenantId.$": "$.tenantId", "operation.$": "$.operation"}
	maps.Copy(payload, more)
	return blocks.WorkflowState{
		Type: "Task", Resource: integration(w.cfg, "lambda:invoke"), Next: next, TimeoutSeconds: dataStepSeconds,
		Parameters: map[string]any{"FunctionName": w.functionARN, "Payload": payload}, ResultPath: blocks.Discard,
		Retry: stepRetries(), Catch: failTo("RecordFailure"),
	}
}

func (w dataWorkflow) step(step, next string) blocks.WorkflowState {
	s := w.invoke(step, next, map[string]any{"progress.$": "$.work.progress"})
	s.ResultSelector, s.ResultPath = map[string]any{"done.$": "$.Payload.done", "progress.$": "$.Payload.progress"}, "$.work"
	return s
}

// recordFailure writes into the tenant's record why its data is still there.
func (w dataWorkflow) recordFailure() blocks.WorkflowState {
	s := w.invoke(contract.DataStepFailed, "NotifyFailure", map[string]any{"error.$": "$.error.Error"})
	s.Catch = []blocks.Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.recording", Next: "NotifyFailure"}}
	return s
}

// notifyFailure tells people, even if the recording failed: the function may be
// what fails.
func (w dataWorkflow) notifyFailure() blocks.WorkflowState {
	return notifyFailure(w.cfg, w.busName, contract.EventTenantDataFailed, map[string]any{ // a contract.TenantDataFailedDetail
		"tenantId.$": "$.tenantId", "operation.$": "$.operation", "execution.$": "$.execution", "error.$": "$.error.Error",
	})
}
