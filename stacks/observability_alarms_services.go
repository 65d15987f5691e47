package stacks

import (
	"fmt"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// functionAlarms watch what the functions can't tell themselves: crashes and
// timeouts, refused invocations, calls lost on the way to a dead-letter queue.
// A handler's own error is an answer, so that it counts here as a success.
func functionAlarms(o observed) []alarmSpec {
	var specs []alarmSpec
	lost := alarmSpec{
		ID: "dead-letters-lost", Kind: alarmFunctions, Means: "Lambda could not hand a failed asynchronous call to its dead-letter queue: it is lost.",
		Periods: 1, Missing: blocks.NotBreaching, Because: "Lambda counts only what it lost",
	}
	var ids []string
	for i, f := range o.functions() {
		periods, lasting := 1, "."
		if f.Function.Name == contract.DocumentIngestion.Name || f.Function.Name == contract.DataErasure.Name {
			// The state machines retry their steps, with growing pauses; a failed
			// execution has an alarm of its own.
			periods, lasting = 3, " for a quarter of an hour, through the state machine's retries."
		}
		specs = append(specs, alarmSpec{
			ID: f.Function.Name + "-errors", Kind: alarmFunctions, Means: f.Function.Name + " crashed or ran out of time" + lasting,
			Metrics: []blocks.Metric{functionMetric(f, "Errors", "Sum", fiveMinutes)}, Periods: periods,
			Missing: blocks.NotBreaching, Because: "the function was not called",
		}, alarmSpec{
			ID: f.Function.Name + "-throttles", Kind: alarmFunctions, Means: f.Function.Name + " was refused an execution: its concurrency, or the account's, is used up" + lasting,
			Metrics: []blocks.Metric{functionMetric(f, "Throttles", "Sum", fiveMinutes)}, Periods: periods,
			Missing: blocks.NotBreaching, Because: "the function was not called",
		})
		id := fmt.Sprintf("f%d", i)
		lost.Metrics, ids = append(lost.Metrics, functionMetric(f, "DeadLetterErrors", "Sum", fiveMinutes).As(id)), append(ids, id)
	}
	lost.Expression = sumOf(ids)
	return append(specs, lost)
}

func deadLetterAlarms(o observed) []alarmSpec {
	var specs []alarmSpec
	limit := o.cfg.Alarms.DeadLetters
	for _, q := range o.deadLetterQueues() {
		specs = append(specs, alarmSpec{
			ID: q.id + "-dead-letters", Kind: alarmDeadLetter, Means: fmt.Sprintf("More than %d messages wait in %s: %s.", limit, q.name, q.means),
			Metrics: []blocks.Metric{queueMetric(q, fiveMinutes)}, Threshold: float64(limit), Periods: 1,
			Missing: blocks.Ignore, Because: "SQS stops reporting on a queue that nobody touches, whatever it holds",
		})
	}
	return specs
}

func workflowAlarms(o observed) []alarmSpec {
	alarm := func(id, means string, metric blocks.Metric) alarmSpec {
		return alarmSpec{
			ID: id, Kind: alarmWorkflow, Means: means, Metrics: []blocks.Metric{metric},
			Periods: 1, Missing: blocks.NotBreaching, Because: "no execution ended",
		}
	}
	return []alarmSpec{
		alarm("ingestion-failed", "An ingestion failed: its document is not searchable.", o.ingestions("ExecutionsFailed", fiveMinutes)),
		alarm("ingestion-timed-out", "An ingestion ran out of time: its document is not searchable.", o.ingestions("ExecutionsTimedOut", fiveMinutes)),
		alarm("ingestion-aborted", "Somebody stopped an ingestion: its document is not searchable.", o.ingestions("ExecutionsAborted", fiveMinutes)),
		alarm("ingestion-throttled", "Step Functions delays ingestions: the account's limit of state transitions is used up.", o.ingestions("ExecutionThrottled", fiveMinutes)),
		alarm("erasure-failed", "The data of a tenant that went could not be exported or erased.", o.erasures("ExecutionsFailed", fiveMinutes)),
		alarm("erasure-timed-out", "Exporting or erasing the data of a tenant that went ran out of time.", o.erasures("ExecutionsTimedOut", fiveMinutes)),
		alarm("erasure-aborted", "Somebody stopped the export or the erasure of a tenant's data.", o.erasures("ExecutionsAborted", fiveMinutes)),
	}
}

// tableOperations are the operations that the platform uses. DynamoDB counts
// its own failures by table and operation, not by table alone.
var tableOperations = []string{
	"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem", "TransactWriteItems",
}

func tableAlarms(o observed) []alarmSpec {
	var specs []alarmSpec
	for _, t := range o.tables() {
		throttles := alarmSpec{
			ID: t.Table.Name + "-throttles", Kind: alarmTables, Means: "DynamoDB throttles " + t.name() + ": a tenant outruns its partition, or the table its account.",
			Metrics: throttleMetrics(t, fiveMinutes), Periods: 1, Missing: blocks.NotBreaching, Because: "DynamoDB counts only what it throttled",
		}
		failures := alarmSpec{
			ID: t.Table.Name + "-failures", Kind: alarmTables, Means: "DynamoDB fails on " + t.name() + " for reasons of its own.",
			Periods: 1, Missing: blocks.NotBreaching, Because: "DynamoDB counts only what failed",
		}
		for i, operation := range tableOperations {
			failures.Metrics = append(failures.Metrics, blocks.Metric{
				ID: fmt.Sprintf("o%d", i), Namespace: "AWS/DynamoDB", Name: "SystemErrors", Stat: "Sum", PeriodSec: fiveMinutes,
				Dimensions: map[string]string{"TableName": t.name(), "Operation": operation},
			})
		}
		throttles.Expression, failures.Expression = sumOf(metricIDs(throttles.Metrics)), sumOf(metricIDs(failures.Metrics))
		specs = append(specs, throttles, failures)
	}
	return specs
}

func metricIDs(metrics []blocks.Metric) []string {
	var ids []string
	for _, m := range metrics {
		ids = append(ids, m.ID)
	}
	return ids
}
