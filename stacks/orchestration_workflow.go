package stacks

import (
	"fmt"
	"maps"

	"github.com/aws/jsii-runtime-go"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// Limits of the ingestion state machine.
const (
	stepSeconds = ingestionTimeout + 30 // the function's own limit, and the way there
	daySeconds  = 24 * 60 * 60
)

// ingestionWorkflow is the ingestion state machine. States hand on where things
// are (object, document, numbers of batches), never what they say: a state holds
// 256 KB, and its history is read by more people than a tenant's documents.
//
// Its data: "object" is a contract.IngestedObject, "document" a
// contract.IngestionDocument, "chunks" a contract.IngestionChunks. Each step is
// an invocation of document-ingestion with a contract.IngestionStep.
func ingestionWorkflow(cfg envs.Config, functionARN, busName string) blocks.Workflow {
	w := workflow{cfg: cfg, functionARN: functionARN, busName: busName, states: map[string]blocks.WorkflowState{}}
	w.addArrival()
	w.addValidation()
	w.addLearning()
	w.addRejection()
	w.addFailure()
	return blocks.Workflow{
		Comment: "Learns an uploaded document, after a person approved it where the environment asks for that",
		StartAt: "SplitKey", States: w.states,
		// Whatever waits longest is the approval; a day is ample for the rest.
		TimeoutSeconds: w.approvalSeconds() + daySeconds,
	}
}

type workflow struct {
	cfg                  envs.Config
	functionARN, busName string
	states               map[string]blocks.WorkflowState
}

func (w workflow) approvalSeconds() int {
	if !w.cfg.Events.ApprovalRequired {
		return 0
	}
	return w.cfg.Events.ApprovalDays * daySeconds
}

// addArrival takes the object's key apart: whatever is not below a tenant's
// documents ends here, whichever rule let it in.
func (w workflow) addArrival() {
	tenants, documents := contract.TenantPrefix, contract.DocumentsPrefix
	w.states["SplitKey"] = blocks.WorkflowState{
		Type: "Pass", Parameters: map[string]any{"parts.$": "States.StringSplit($.key, '/')"}, ResultPath: "$.path", Next: "IsDocument",
	}
	w.states["IsDocument"] = blocks.WorkflowState{
		Type: "Choice", Default: "Ignored",
		Choices: []blocks.ChoiceRule{{Next: "DescribeObject", And: []blocks.ChoiceRule{
			{Variable: "$.path.parts[3]", IsPresent: jsii.Bool(true)}, // first, so that the others have something to test
			{Variable: "$.path.parts[0]", StringEquals: tenants[:len(tenants)-1]},
			{Variable: "$.path.parts[2]", StringEquals: documents[:len(documents)-1]},
		}}},
	}
	w.states["Ignored"] = blocks.WorkflowState{Type: "Succeed", Comment: "No document, a version that is known already, or one that was deleted meanwhile"}
	w.states["DescribeObject"] = blocks.WorkflowState{
		Type: "Pass", Next: "Validate",
		Parameters: map[string]any{
			"object": map[string]any{
				"tenantId.$": "$.path.parts[1]", "bucket.$": "$.bucket", "key.$": "$.key", "versionId.$": "$.versionId", "etag.$": "$.etag",
				"size.$": "$.size", "time.$": "$.time", "sequencer.$": "$.sequencer", "execution.$": "$$.Execution.Name",
			},
			// So that a failure before validation can name the document alike: as unknown.
			"document": map[string]any{"documentId": "", "version": 0, "decision": "", "reason": ""},
		},
	}
}

// addValidation decides whether the document is learned, and waits for a person
// where one has to say so.
func (w workflow) addValidation() {
	validate := w.step(contract.StepValidate, "Decide", map[string]any{"approvalRequired": w.cfg.Events.ApprovalRequired})
	validate.ResultSelector = map[string]any{
		"documentId.$": "$.Payload.documentId", "version.$": "$.Payload.version", "decision.$": "$.Payload.decision", "reason.$": "$.Payload.reason",
	}
	validate.ResultPath = "$.document"
	w.states["Validate"] = validate
	decision := func(value, next string) blocks.ChoiceRule {
		return blocks.ChoiceRule{Variable: "$.document.decision", StringEquals: value, Next: next}
	}
	decide := blocks.WorkflowState{
		Type: "Choice", Choices: []blocks.ChoiceRule{decision(contract.DecisionApproved, "Chunk"), decision(contract.DecisionStale, "Ignored")},
		Default: "RejectedByValidation", // also where the answer is one that nobody knows
	}
	if w.cfg.Events.ApprovalRequired {
		decide.Choices = append(decide.Choices, decision(contract.DecisionApproval, "AwaitApproval"))
		w.addApproval()
	}
	w.states["Decide"] = decide
	w.states["RejectedByValidation"] = blocks.WorkflowState{
		Type: "Pass", Parameters: map[string]any{"reason.$": "$.document.reason"}, ResultPath: "$.rejection", Next: "RecordRejection",
	}
}

func (w workflow) addApproval() {
	seconds := w.approvalSeconds()
	wait := w.step(contract.StepAwaitApproval, "IsApproved", map[string]any{
		"document.$": "$.document", "taskToken.$": "$$.Task.Token", "waitSeconds": seconds,
	})
	wait.Resource += ".waitForTaskToken"
	wait.TimeoutSeconds = seconds
	wait.ResultSelector, wait.ResultPath = map[string]any{"approved.$": "$.approved"}, "$.approval"
	wait.Retry = wait.Retry[:1] // a wait that ran out is over
	wait.Catch = append([]blocks.Catcher{
		{ErrorEquals: []string{contract.ErrorWithdrawn}, ResultPath: "$.error", Next: "Ignored"},
		{ErrorEquals: []string{"States.Timeout"}, ResultPath: "$.error", Next: "ApprovalExpired"},
	}, wait.Catch...)
	w.states["AwaitApproval"] = wait
	w.states["IsApproved"] = blocks.WorkflowState{
		Type: "Choice", Choices: []blocks.ChoiceRule{{Variable: "$.approval.approved", BooleanEquals: jsii.Bool(true), Next: "Chunk"}}, Default: "RejectedByPerson",
	}
	rejected := func(reason string) blocks.WorkflowState {
		return blocks.WorkflowState{Type: "Pass", Result: map[string]any{"reason": reason}, ResultPath: "$.rejection", Next: "RecordRejection"}
	}
	w.states["RejectedByPerson"] = rejected("A person rejected it.")
	w.states["ApprovalExpired"] = rejected(fmt.Sprintf("Nobody decided on it within %d days.", w.cfg.Events.ApprovalDays))
}

// step is an invocation of document-ingestion; more is its payload beside step
// and object. What it returns is dropped unless the caller says otherwise.
func (w workflow) step(step, next string, more map[string]any) blocks.WorkflowState {
	payload := map[string]any{"step": step, "object.$": "$.object"}
	maps.Copy(payload, more)
	return blocks.WorkflowState{
		Type: "Task", Resource: integration(w.cfg, "lambda:invoke"), Next: next, TimeoutSeconds: stepSeconds,
		Parameters: map[string]any{"FunctionName": w.functionARN, "Payload": payload}, ResultPath: blocks.Discard,
		Retry: stepRetries(), Catch: failTo("RecordFailure"),
	}
}

// integration is the ARN of an optimized integration of Step Functions.
func integration(cfg envs.Config, name string) string {
	return "arn:" + cfg.Partition() + ":states:::" + name
}
