package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func makeQueue(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(r.text("name"))})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.QueueUrl, "url": *out.QueueUrl, "arn": "arn:aws:sqs:" + d.options.Config.Region + ":" + d.options.Account + ":" + r.text("name")}, nil
}

func makeTopic(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(r.text("name"))})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.TopicArn, "arn": *out.TopicArn}, nil
}

func makeEventBus(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.events.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String(r.text("name"))})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": r.text("name"), "arn": *out.EventBusArn}, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func makeEventRule(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.events.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String(r.text("name")), EventBusName: optional(r.text("event_bus_name")), EventPattern: aws.String(r.text("event_pattern")),
		State: eventtypes.RuleState(r.text("state")),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": r.text("name"), "arn": *out.RuleArn}, nil
}

func makeEventTarget(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	target := eventtypes.Target{Id: aws.String(r.text("target_id")), Arn: aws.String(r.text("arn")), RoleArn: optional(r.text("role_arn"))}
	if template := r.text("input_transformer", "input_template"); template != "" {
		paths := map[string]string{}
		for _, t := range r.blocks("input_transformer") {
			maps.Copy(paths, t.table("input_paths"))
		}
		target.InputTransformer = &eventtypes.InputTransformer{InputTemplate: aws.String(template), InputPathsMap: paths}
	}
	if queue := r.text("dead_letter_config", "arn"); queue != "" {
		target.DeadLetterConfig = &eventtypes.DeadLetterConfig{Arn: aws.String(queue)}
	}
	out, err := d.clients.events.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String(r.text("rule")), EventBusName: optional(r.text("event_bus_name")), Targets: []eventtypes.Target{target},
	})
	if err != nil {
		return nil, err
	}
	if out.FailedEntryCount > 0 {
		return nil, fmt.Errorf("the target was not taken: %v", out.FailedEntries)
	}
	return nil, nil
}

func makeStateMachine(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.sfn.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: aws.String(r.text("name")), Definition: aws.String(r.text("definition")), RoleArn: aws.String(r.text("role_arn")),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.StateMachineArn, "arn": *out.StateMachineArn}, nil
}

// Reasons are the types that are left out, with why, sorted.
func (d *Deployment) Reasons() []string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(d.LeftOut)) {
		all = append(all, fmt.Sprintf("%s (%d): %s", kind, d.LeftOut[kind], leftOut[kind]))
	}
	return all
}
