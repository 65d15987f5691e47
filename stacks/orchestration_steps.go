package stacks

import (
	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// embedLabel stands in the names of the executions that embed batches.
const embedLabel = "Embed"

// addLearning cuts the document into chunks, embeds them batch by batch, side by
// side, writes them into the index and says so in the document's metadata.
func (w workflow) addLearning() {
	document := map[string]any{"document.$": "$.document"}
	chunk := w.step(contract.StepChunk, "Embed", document)
	chunk.ResultSelector = map[string]any{"work.$": "$.Payload.work", "batches.$": "$.Payload.batches", "count.$": "$.Payload.count"}
	chunk.ResultPath = "$.chunks"
	w.states["Chunk"] = chunk
	w.states["Embed"] = w.embed()
	done := map[string]any{"document.$": "$.document", "chunks.$": "$.chunks"}
	w.states["Index"] = w.step(contract.StepIndex, "UpdateMetadata", done)
	w.states["UpdateMetadata"] = w.step(contract.StepUpdateMetadata, "Done", map[string]any{
		"document.$": "$.document", "chunks.$": "$.chunks", "status": contract.StatusIndexed,
	})
	w.states["Done"] = blocks.WorkflowState{Type: "Succeed"}
}

// embed is the distributed map over the batches. Its items come from the state,
// as numbers, and not from an object in S3: reading one would give this machine's
// role a way into every tenant's documents.
func (w workflow) embed() blocks.WorkflowState {
	batch := w.step(contract.StepEmbed, "", map[string]any{"document.$": "$.document", "chunks.$": "$.chunks", "batch.$": "$.batch"})
	batch.End = true
	batch.ResultPath, batch.OutputPath = nil, blocks.Discard // the map's result is as many outputs as there are batches
	batch.Catch = failTo("BatchFailed")
	return blocks.WorkflowState{
		Type: "Map", ResultPath: blocks.Discard, Next: "Index",
		WorkflowMap: blocks.WorkflowMap{
			Label: embedLabel, ItemsPath: "$.chunks.batches", MaxConcurrency: w.cfg.Events.EmbedConcurrency,
			ToleratedFailurePercentage: new(int), // a document is learned whole or not at all
			ItemSelector: map[string]any{
				"object.$": "$.object", "document.$": "$.document", "batch.$": "$$.Map.Item.Value",
				"chunks": map[string]any{"work.$": "$.chunks.work", "count.$": "$.chunks.count"},
			},
			ItemProcessor: &blocks.Workflow{
				ProcessorConfig: &blocks.ProcessorConfig{Mode: "DISTRIBUTED", ExecutionType: "STANDARD"},
				StartAt:         "EmbedBatch",
				States:          map[string]blocks.WorkflowState{"EmbedBatch": batch, "BatchFailed": failed()},
			},
		},
		// Once more for the whole map: batches that are embedded already cost nothing.
		Retry: []blocks.Retrier{{
			ErrorEquals: []string{"States.ExceedToleratedFailureThreshold"}, IntervalSeconds: 60, MaxAttempts: 1, BackoffRate: 2, MaxDelaySeconds: 300, JitterStrategy: blocks.FullJitter,
		}},
		Catch: failTo("RecordFailure"),
	}
}

// addRejection records why a document is not learned, which is no failure.
func (w workflow) addRejection() {
	w.states["RecordRejection"] = w.step(contract.StepUpdateMetadata, "Rejected", map[string]any{
		"document.$": "$.document", "status": contract.StatusRejected, "reason.$": "$.rejection.reason",
	})
	w.states["Rejected"] = blocks.WorkflowState{Type: "Succeed", Comment: "The document's metadata say why"}
}

// addFailure records what went wrong and tells people. They are told even if the
// recording fails, which is why the event comes from here and not from the
// function: the function may be what fails.
func (w workflow) addFailure() {
	record := w.step(contract.StepRecordFailure, "NotifyFailure", map[string]any{
		"document.$": "$.document", "error.$": "$.error.Error", "cause.$": "$.error.Cause",
	})
	record.Catch = []blocks.Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.recording", Next: "NotifyFailure"}}
	w.states["RecordFailure"] = record
	// A contract.IngestionFailedDetail: the error's name, not its cause, which may quote the document.
	w.states["NotifyFailure"] = notifyFailure(w.cfg, w.busName, contract.EventIngestionFailed, map[string]any{
		"tenantId.$": "$.object.tenantId", "documentId.$": "$.document.documentId", "version.$": "$.document.version",
		"execution.$": "$.object.execution", "error.$": "$.error.Error",
	})
	w.states["Failed"] = failed()
}

// notifyFailure publishes the event of a failure, and leads to the end even if
// that fails.
func notifyFailure(cfg envs.Config, busName, detailType string, detail map[string]any) blocks.WorkflowState {
	return blocks.WorkflowState{
		Type: "Task", Resource: integration(cfg, "events:putEvents"), TimeoutSeconds: 60, ResultPath: blocks.Discard, Next: "Failed",
		Parameters: map[string]any{"Entries": []any{map[string]any{
			"EventBusName": busName, "Source": contract.EventSource, "DetailType": detailType, "Detail": detail,
		}}},
		Retry: []blocks.Retrier{retrier([]string{"States.ALL"}, 5)},
		Catch: []blocks.Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.notification", Next: "Failed"}},
	}
}

func failed() blocks.WorkflowState {
	return blocks.WorkflowState{Type: "Fail", ErrorPath: "$.error.Error", CausePath: "$.error.Cause"}
}

func failTo(next string) []blocks.Catcher {
	return []blocks.Catcher{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.error", Next: next}}
}

// stepRetries: patience with what passes by itself (throttling, Lambda's own
// trouble, what a handler calls transient), and one more try for an invocation
// that vanished. Steps are idempotent. Any other error fails at once.
func stepRetries() []blocks.Retrier {
	return []blocks.Retrier{
		retrier([]string{
			"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
			"Lambda.TooManyRequestsException", contract.ErrorTransient,
		}, 6),
		retrier([]string{"Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"}, 1),
	}
}

func retrier(errors []string, attempts int) blocks.Retrier {
	return blocks.Retrier{
		ErrorEquals: errors, IntervalSeconds: 2, MaxAttempts: attempts, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: blocks.FullJitter,
	}
}
