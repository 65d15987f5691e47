package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// EventRuleProps is a rule and its one target.
type EventRuleProps struct {
	Name        string
	Description string
	BusName     *string // nil for the default bus, the only one that AWS services publish to
	Pattern     EventPattern
	TargetARN   *string
	// RoleARN is the role that EventBridge takes to call the target. Topics,
	// queues and log groups have none: their own policies let EventBridge in.
	RoleARN       *string
	Input         *EventInput // nil hands the event on as it is
	DeadLetterARN *string     // for events that the target did not take; its policy must let events.amazonaws.com send
	MaxAgeSeconds int         // how long a delivery is tried, 60 to 86400
	MaxRetries    int         // how often, 1 to 185
	DependsOn     []cdktf.ITerraformDependable
}

// EventPattern is what a rule matches: each field is a list of alternatives.
type EventPattern struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type,omitempty"`
	Detail     any      `json:"detail,omitempty"`
}

// Wildcard matches text in which each "*" stands for any characters, "/"
// among them, or none.
type Wildcard struct {
	Pattern string `json:"wildcard"`
}

// EventInput is what a target gets in place of the event: a template in which
// "<name>" stands for the value at a path of the event. In a JSON template a
// placeholder stands outside of quotes: EventBridge writes text with its own.
type EventInput struct {
	Paths    map[string]string
	Template string
}

// EventRule is a rule with its target.
type EventRule struct {
	constructs.Construct
	Rule   cloudwatcheventrule.CloudwatchEventRule
	Target cloudwatcheventtarget.CloudwatchEventTarget
}

// NewEventRule makes a rule. Nothing that it matches is lost: what the target
// does not take is kept in the dead-letter queue.
func NewEventRule(scope constructs.Construct, id string, props EventRuleProps) EventRule {
	require(len(props.Pattern.Source) > 0, scope, id, "a rule names the sources of its events")
	require(given(props.TargetARN), scope, id, "a rule needs a target")
	require(given(props.DeadLetterARN), scope, id, "a rule needs a dead-letter queue for what its target does not take")
	require(props.MaxAgeSeconds >= 60 && props.MaxAgeSeconds <= 86400, scope, id, "a delivery is tried for 60 to 86400 seconds, not %d", props.MaxAgeSeconds)
	require(props.MaxRetries >= 1 && props.MaxRetries <= 185, scope, id, "a delivery is repeated 1 to 185 times, not %d", props.MaxRetries)
	r := EventRule{Construct: group(scope, id)}
	r.Rule = cloudwatcheventrule.NewCloudwatchEventRule(r.Construct, jsii.String("rule"), &cloudwatcheventrule.CloudwatchEventRuleConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description), EventBusName: props.BusName,
		EventPattern: jsii.String(JSON(props.Pattern)), State: jsii.String("ENABLED"),
	})
	config := &cloudwatcheventtarget.CloudwatchEventTargetConfig{
		Rule: r.Rule.Name(), EventBusName: props.BusName, TargetId: jsii.String(id), Arn: props.TargetARN, RoleArn: props.RoleARN,
		RetryPolicy: &cloudwatcheventtarget.CloudwatchEventTargetRetryPolicy{
			MaximumEventAgeInSeconds: jsii.Number(props.MaxAgeSeconds), MaximumRetryAttempts: jsii.Number(props.MaxRetries),
		},
		DeadLetterConfig: &cloudwatcheventtarget.CloudwatchEventTargetDeadLetterConfig{Arn: props.DeadLetterARN},
	}
	if props.Input != nil {
		paths := map[string]*string{}
		for name, path := range props.Input.Paths {
			paths[name] = jsii.String(path)
		}
		config.InputTransformer = &cloudwatcheventtarget.CloudwatchEventTargetInputTransformer{InputPaths: &paths, InputTemplate: jsii.String(props.Input.Template)}
	}
	if len(props.DependsOn) > 0 {
		config.DependsOn = &props.DependsOn
	}
	r.Target = cloudwatcheventtarget.NewCloudwatchEventTarget(r.Construct, jsii.String("target"), config)
	return r
}
