package stacks

import (
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogresourcepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// How long EventBridge tries to deliver: its own limits, a day and 185 times.
const (
	deliverySeconds = 24 * 60 * 60
	deliveryRetries = 185
)

// putEvents lets a principal put the platform's own events on its bus, and none
// under another source.
func putEvents(cfg envs.Config) blocks.Statement {
	return blocks.Allow("Events", []string{"events:PutEvents"}, []string{cfg.EventBusARN()}).
		// The key has a value for each entry: without the set operator it matches none.
		If("ForAllValues:StringEquals", "events:source", contract.EventSource).If("Null", "events:source", "false")
}

// addBus makes the platform's event bus and its rules: what people must know of
// goes to the alert topic, and everything to a log.
func (o *orchestration) addBus() {
	o.bus = blocks.NewEventBus(o.stack, "events", blocks.EventBusProps{
		Name: o.cfg.EventBusName(), Description: "Events of " + o.cfg.Prefix(), KeyARN: o.keyARN,
		ArchiveDays: o.cfg.Events.ArchiveDays, DeadLetterARN: o.deadLetters.Queue.Arn(),
	})
	escalations, failures := escalationNotice(o.cfg), failureNotice(o.cfg)
	o.addNotice("escalations", "Tells people of conversations that need a person", contract.EventEscalation, escalations)
	o.addNotice("ingestion-failures", "Tells people of documents that could not be learned", contract.EventIngestionFailed, failures)
	o.addNotice("erasure-failures", "Tells people of tenants whose data could not be exported or erased", contract.EventTenantDataFailed, dataFailureNotice(o.cfg))
	o.addEventLog()
}

// addNotice sends one type of event to the alert topic.
func (o *orchestration) addNotice(id, description, detailType string, notice blocks.EventInput) {
	blocks.NewEventRule(o.stack, id, blocks.EventRuleProps{
		Name: o.cfg.Name(id), Description: description, BusName: o.bus.Bus.Name(),
		Pattern:   blocks.EventPattern{Source: []string{contract.EventSource}, DetailType: []string{detailType}},
		TargetARN: o.topic.Topic.Arn(), Input: &notice, DeadLetterARN: o.deadLetters.Queue.Arn(),
		MaxAgeSeconds: deliverySeconds, MaxRetries: deliveryRetries,
	})
}

// escalationNotice is what people read of an escalation: ids, and nothing that a
// customer wrote.
func escalationNotice(cfg envs.Config) blocks.EventInput {
	return notice(map[string]string{
		"tenant": "$.detail.tenantId", "conversation": "$.detail.conversationId", "ticket": "$.detail.ticketId", "severity": "$.detail.severity",
		"event": "$.id", "time": "$.time",
	},
		"FlowOps "+cfg.Environment+": a conversation of tenant <tenant> needs a person.",
		"Conversation <conversation>, ticket <ticket>, severity <severity>.",
		"Event <event>, <time>.")
}

// failureNotice is what people read of a document that could not be learned.
func failureNotice(cfg envs.Config) blocks.EventInput {
	return notice(map[string]string{
		"tenant": "$.detail.tenantId", "document": "$.detail.documentId", "version": "$.detail.version", "error": "$.detail.error",
		"execution": "$.detail.execution", "event": "$.id", "time": "$.time",
	},
		"FlowOps "+cfg.Environment+": a document of tenant <tenant> could not be learned.",
		"Document <document>, version <version>: <error>.",
		"Execution <execution> of "+cfg.StateMachineName()+", event <event>, <time>.")
}

// dataFailureNotice is what people read of a tenant whose data is still there.
func dataFailureNotice(cfg envs.Config) blocks.EventInput {
	return notice(map[string]string{
		"tenant": "$.detail.tenantId", "operation": "$.detail.operation", "error": "$.detail.error", "execution": "$.detail.execution",
		"event": "$.id", "time": "$.time",
	},
		"FlowOps "+cfg.Environment+": the data of tenant <tenant> could not be exported or erased.",
		"Offboarding <operation>: <error>. The same DELETE request tries again.",
		"Execution <execution> of "+cfg.DataMachineName()+", event <event>, <time>.")
}

// notice is a text of several lines.
func notice(paths map[string]string, lines ...string) blocks.EventInput {
	return blocks.EventInput{Paths: paths, Template: `"` + strings.Join(lines, "\"\n\"") + `"`}
}

// addEventLog keeps all of the platform's events in a log group, for review.
func (o *orchestration) addEventLog() {
	name := o.cfg.EventBusName()
	group := blocks.NewLogGroup(o.stack, "event-log", "/aws/events/"+name, o.keyARN, o.cfg.Functions.LogRetention)
	policy := cloudwatchlogresourcepolicy.NewCloudwatchLogResourcePolicy(o.stack, jsii.String("event-log-policy"), &cloudwatchlogresourcepolicy.CloudwatchLogResourcePolicyConfig{
		PolicyName: jsii.String(name), PolicyDocument: jsii.String(blocks.Document(eventLogPolicy(o.cfg)...)),
	})
	blocks.NewEventRule(o.stack, "event-log-rule", blocks.EventRuleProps{
		Name: o.cfg.Name("event-log"), Description: "Keeps the platform's events for review", BusName: o.bus.Bus.Name(),
		Pattern: blocks.EventPattern{Source: []string{contract.EventSource}}, TargetARN: group.Arn(), DeadLetterARN: o.deadLetters.Queue.Arn(),
		MaxAgeSeconds: deliverySeconds, MaxRetries: deliveryRetries, DependsOn: []cdktf.ITerraformDependable{policy},
	})
}

// eventLogPolicy lets EventBridge write the log of events, as its guide has it
// ("CloudWatch Logs permissions"). The rule is known when events are put, but
// not yet when the stream is made.
func eventLogPolicy(cfg envs.Config) []blocks.Statement {
	services := []string{"delivery.logs.amazonaws.com", "events.amazonaws.com"}
	streams := []string{cfg.ARN("logs", "log-group:/aws/events/"+cfg.EventBusName()+":*")}
	rule := cfg.ARN("events", "rule/"+cfg.EventBusName()+"/"+cfg.Name("event-log"))
	return []blocks.Statement{
		blocks.Allow("Streams", []string{"logs:CreateLogStream"}, streams).To("Service", services...),
		blocks.Allow("Events", []string{"logs:PutLogEvents"}, streams).To("Service", services...).If("ArnEquals", "aws:SourceArn", rule),
	}
}
