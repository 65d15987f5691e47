package stacks

import (
	"fmt"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// observed is what observability watches: the configuration and the outputs of
// all stacks before it.
type observed struct {
	cfg           envs.Config
	foundation    FoundationOutputs
	data          DataOutputs
	ai            AIOutputs
	compute       ComputeOutputs
	orchestration OrchestrationOutputs
	api           APIOutputs
}

type observedFunction struct {
	contract.Function
	FunctionOutputs
}

// functions are all functions.
func (o observed) functions() []observedFunction {
	return []observedFunction{
		{contract.AgentInvoke, o.compute.AgentInvoke.FunctionOutputs},
		{contract.SafeActions, o.compute.SafeActions.FunctionOutputs},
		{contract.DocumentIngestion, o.compute.DocumentIngestion.FunctionOutputs},
		{contract.WebSocket, o.compute.WebSocket.FunctionOutputs},
		{contract.WebSocketAuthorizer, o.compute.WebSocketAuthorizer.FunctionOutputs},
		{contract.Records, o.compute.Records.FunctionOutputs},
		{contract.AgentProvisioner, o.ai.AgentProvisioner.FunctionOutputs},
		{contract.DataErasure, o.ai.DataErasure},
		{contract.SearchAdmin, o.ai.SearchAdmin},
	}
}

// logGroups are the log groups of all functions.
func (o observed) logGroups() []*string {
	var groups []*string
	for _, f := range o.functions() {
		groups = append(groups, f.LogGroup)
	}
	return groups
}

type observedTable struct {
	contract.Table
	TableOutputs
}

// name of the table, which both embedded structs have.
func (t observedTable) name() string { return *t.TableOutputs.Name }

// tables are all tables.
func (o observed) tables() []observedTable {
	return []observedTable{
		{contract.Tickets, o.data.Tickets},
		{contract.Conversations, o.data.Conversations},
		{contract.Metadata, o.data.Metadata},
		{contract.Connections, o.data.Connections},
		{contract.Audit, o.data.Audit},
		{contract.Agents, o.ai.Agents},
	}
}

type observedQueue struct{ id, means, name string }

// deadLetterQueues are the queues that should stay empty.
func (o observed) deadLetterQueues() []observedQueue {
	queues := []observedQueue{{"events", "events that no target took", *o.orchestration.DeadLetterQueue}}
	for _, f := range o.functions() {
		queues = append(queues, observedQueue{f.Function.Name, "asynchronous calls that " + f.Function.Name + " could not handle", *f.DeadLetterQueue})
	}
	return queues
}

// models are the models that the environment may call.
func (o observed) models() []envs.Model {
	var models []envs.Model
	for _, name := range o.cfg.AI.Models {
		models = append(models, envs.Catalogue()[name])
	}
	return models
}

// modelDimensions are the values of the ModelId dimension under which Bedrock counts a
// model: the inference profile that callers name, and the model behind it.
func modelDimensions(m envs.Model) []string {
	if m.Profile != "" {
		return []string{m.Profile, m.ID}
	}
	return []string{m.ID}
}

// platform is one of the platform's own metrics, over all tenants.
func (o observed) platform(name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: contract.MetricNamespace, Name: name, Stat: stat, PeriodSec: seconds,
		Dimensions: map[string]string{contract.DimensionEnvironment: o.cfg.Environment},
	}
}

// accountNamespace is the namespace of metrics counted in logs of the whole
// account (the audit trail, model invocations). Their lines tell nothing of the
// environment, and a filter takes dimensions from the line alone, so that the
// namespace has to keep environments of one account apart.
func (o observed) accountNamespace() string {
	return contract.MetricNamespace + "/" + o.cfg.Environment
}

// account is a metric counted in logs of the whole account.
func (o observed) account(name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{Namespace: o.accountNamespace(), Name: name, Stat: stat, PeriodSec: seconds}
}

// search is a metric of the search domain.
func (o observed) search(name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/ES", Name: name, Stat: stat, PeriodSec: seconds,
		Dimensions: map[string]string{"DomainName": *o.data.SearchDomain, "ClientId": o.cfg.Account.ID},
	}
}

// rest is a metric of the REST API.
func (o observed) rest(name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/ApiGateway", Name: name, Stat: stat, PeriodSec: seconds,
		Dimensions: map[string]string{"ApiName": *o.api.RestAPIName, "Stage": *o.api.RestStage},
	}
}

// webSocket is a metric of the WebSocket API.
func (o observed) webSocket(name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/ApiGateway", Name: name, Stat: stat, PeriodSec: seconds,
		Dimensions: map[string]string{"ApiId": *o.api.WebSocketAPI, "Stage": *o.api.WebSocketStage},
	}
}

// ingestions is a metric of the ingestion state machine, and erasures one of that
// of tenants' data.
func (o observed) ingestions(name string, seconds int) blocks.Metric {
	return machineMetric(*o.orchestration.StateMachineARN, name, seconds)
}

func (o observed) erasures(name string, seconds int) blocks.Metric {
	return machineMetric(*o.ai.DataMachineARN, name, seconds)
}

func machineMetric(arn, name string, seconds int) blocks.Metric {
	return blocks.Metric{Namespace: "AWS/States", Name: name, Stat: "Sum", PeriodSec: seconds, Dimensions: map[string]string{"StateMachineArn": arn}}
}

func functionMetric(f observedFunction, name, stat string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/Lambda", Name: name, Stat: stat, PeriodSec: seconds, Dimensions: map[string]string{"FunctionName": *f.FunctionOutputs.Name},
	}
}

func queueMetric(q observedQueue, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/SQS", Name: "ApproximateNumberOfMessagesVisible", Stat: "Maximum", PeriodSec: seconds,
		Dimensions: map[string]string{"QueueName": q.name},
	}
}

func modelMetric(id, name string, seconds int) blocks.Metric {
	return blocks.Metric{
		Namespace: "AWS/Bedrock", Name: name, Stat: "Sum", PeriodSec: seconds, Dimensions: map[string]string{"ModelId": id},
	}
}

// throttleMetrics are the throttled reads and writes of a table and of each of
// its indexes. They exist per table; ThrottledRequests exists only per operation.
func throttleMetrics(t observedTable, seconds int) []blocks.Metric {
	var metrics []blocks.Metric
	add := func(id string, dimensions map[string]string) {
		for _, name := range []string{"ReadThrottleEvents", "WriteThrottleEvents"} {
			metrics = append(metrics, blocks.Metric{
				ID: fmt.Sprintf("%s%d", id, len(metrics)), Namespace: "AWS/DynamoDB", Name: name, Stat: "Sum", PeriodSec: seconds, Dimensions: dimensions,
			})
		}
	}
	add("t", map[string]string{"TableName": t.name()})
	for _, i := range t.Indexes {
		add("i", map[string]string{"TableName": t.name(), "GlobalSecondaryIndexName": i.Name})
	}
	return metrics
}

// percentOf is the share of one metric in another, by their ids; 0 where there
// was nothing to have a share in.
func percentOf(part, whole string) string {
	return fmt.Sprintf("IF(%[2]s > 0, 100 * FILL(%[1]s, 0) / %[2]s, 0)", part, whole)
}
