package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// OrchestrationInputs is what orchestration needs of earlier stacks.
type OrchestrationInputs struct {
	Foundation Upstream[FoundationOutputs]
	Data       Upstream[DataOutputs]
	Compute    Upstream[ComputeOutputs]
}

// NewOrchestration makes the stack in which events become work: the platform's
// event bus and its rules, the alert topic, the ingestion state machine and the
// rule by which an uploaded document starts it.
func NewOrchestration(scope constructs.Construct, id string, cfg envs.Config, in OrchestrationInputs) (cdktf.TerraformStack, OrchestrationOutputs) {
	stack := newStack(scope, id, cfg)
	foundation, data, compute := in.Foundation(stack), in.Data(stack), in.Compute(stack)
	o := orchestration{stack: stack, cfg: cfg, keyARN: foundation.KMSKeyARN}
	o.addDeadLetters()
	o.addTopic()
	o.addBus()
	o.addWorkflow(compute)
	o.addUploads(data)
	o.addDeletions(compute)
	return stack, export(stack, OrchestrationOutputs{
		EventBus: o.bus.Bus.Name(), AlertTopicARN: o.topic.Topic.Arn(), StateMachineARN: o.machine.Resource.Arn(), DeadLetterQueue: o.deadLetters.Queue.Name(),
	})
}

// orchestration is the stack's parts as they come to be.
type orchestration struct {
	stack       cdktf.TerraformStack
	cfg         envs.Config
	keyARN      *string
	deadLetters blocks.DeadLetterQueue
	topic       blocks.SecureTopic
	bus         blocks.EventBus
	machine     blocks.StateMachine
}

// addDeadLetters makes the one queue for every event and alert that nobody
// took: one place to look, one alarm.
func (o *orchestration) addDeadLetters() {
	name := o.cfg.Name("events-dead-letters")
	o.deadLetters = blocks.NewDeadLetterQueue(o.stack, "dead-letters", blocks.DeadLetterQueueProps{
		Name: name, ARN: o.cfg.ARN("sqs", name), KeyARN: o.keyARN, RetentionDays: o.cfg.Events.DeadLetterDays,
		Senders: []string{"events.amazonaws.com", "sns.amazonaws.com"}, Account: o.cfg.Account.ID,
	})
}

// addTopic makes the topic for alerts and escalations.
func (o *orchestration) addTopic() {
	var subscriptions []blocks.TopicSubscription
	for _, s := range o.cfg.Alarms.Subscriptions {
		subscriptions = append(subscriptions, blocks.TopicSubscription{Protocol: s.Protocol, Endpoint: s.Endpoint})
	}
	o.topic = blocks.NewSecureTopic(o.stack, "alerts", blocks.SecureTopicProps{
		Name: o.cfg.AlertTopicName(), DisplayName: "FlowOps " + o.cfg.Environment, ARN: o.cfg.AlertTopicARN(), Account: o.cfg.Account.ID,
		KeyARN: o.keyARN, Alarms: true, Events: true, Subscriptions: subscriptions, DeadLetterARN: o.deadLetters.Queue.Arn(),
	})
}

// addWorkflow makes the ingestion state machine. Its role reaches no tenant
// data: what a step needs of a tenant, the function gets with the tenant's tag.
func (o *orchestration) addWorkflow(compute ComputeOutputs) {
	function := *compute.DocumentIngestion.LiveARN
	o.machine = blocks.NewStateMachine(o.stack, "ingestion", blocks.StateMachineProps{
		Where: where(o.cfg), Name: o.cfg.StateMachineName(), Workflow: ingestionWorkflow(o.cfg, function, *o.bus.Bus.Name()), KeyARN: o.keyARN,
		LogLevel: o.cfg.Events.WorkflowLogLevel, LogRetentionDays: o.cfg.Functions.LogRetention,
		Permissions: []blocks.Statement{
			blocks.Allow("Steps", []string{"lambda:InvokeFunction"}, []string{function}),
			putEvents(o.cfg),
		},
	})
}
