package constructs

import (
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

func goodRule() EventRuleProps {
	return EventRuleProps{
		Name: "r", Description: "d", Pattern: EventPattern{Source: []string{"flowops"}}, TargetARN: jsii.String("arn:target"),
		DeadLetterARN: jsii.String("arn:dead"), MaxAgeSeconds: 3600, MaxRetries: 10,
	}
}

// attributes of a resource less what CDKTF says about it.
func attributes(r synth.Resource) map[string]any {
	delete(r.Attributes, "//")
	return r.Attributes
}

func TestEventRuleWithFewestProps(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) { NewEventRule(synth.Stack(app, "s"), "r", goodRule()) })["s"]
	rule := d.One(t, "aws_cloudwatch_event_rule", "r/rule")
	if d := cmp.Diff(map[string]any{"name": "r", "description": "d", "event_pattern": `{"source":["flowops"]}`, "state": "ENABLED"}, attributes(rule)); d != "" {
		t.Errorf("rule on the default bus (-want +got):\n%s", d)
	}
	want := map[string]any{
		"rule": "${aws_cloudwatch_event_rule." + rule.Name + ".name}", "target_id": "r", "arn": "arn:target",
		"retry_policy":       map[string]any{"maximum_event_age_in_seconds": 3600.0, "maximum_retry_attempts": 10.0},
		"dead_letter_config": map[string]any{"arn": "arn:dead"},
	}
	if d := cmp.Diff(want, attributes(d.One(t, "aws_cloudwatch_event_target", "r/target"))); d != "" {
		t.Errorf("target (-want +got):\n%s", d)
	}
}

func TestEventRuleWithAllProps(t *testing.T) {
	props := goodRule()
	props.BusName, props.RoleARN = jsii.String("bus"), jsii.String("arn:role")
	props.Pattern.DetailType = []string{"T"}
	props.Pattern.Detail = map[string]any{"key": []Wildcard{{"a/*"}}}
	props.Input = &EventInput{Paths: map[string]string{"id": "$.id"}, Template: `{"id":<id>}`}
	d := synth.Documents(t, func(app cdktf.App) { NewEventRule(synth.Stack(app, "s"), "r", props) })["s"]
	rule, target := d.One(t, "aws_cloudwatch_event_rule", "r/rule"), d.One(t, "aws_cloudwatch_event_target", "r/target")
	if rule.Get("event_pattern") != `{"source":["flowops"],"detail-type":["T"],"detail":{"key":[{"wildcard":"a/*"}]}}` {
		t.Errorf("pattern %v", rule.Get("event_pattern"))
	}
	// A target on another bus than its rule would be refused by AWS.
	if rule.Get("event_bus_name") != "bus" || target.Get("event_bus_name") != "bus" || target.Get("role_arn") != "arn:role" {
		t.Errorf("rule %v, target %v", rule.Attributes, target.Attributes)
	}
	want := map[string]any{"input_paths": map[string]any{"id": "$.id"}, "input_template": `{"id":<id>}`}
	if d := cmp.Diff(want, target.Get("input_transformer")); d != "" {
		t.Errorf("input (-want +got):\n%s", d)
	}
}

func TestEventRuleMisuse(t *testing.T) {
	for says, spoil := range map[string]func(*EventRuleProps){
		"names the sources":       func(p *EventRuleProps) { p.Pattern.Source = nil },
		"needs a target":          func(p *EventRuleProps) { p.TargetARN = nil },
		"dead-letter queue":       func(p *EventRuleProps) { p.DeadLetterARN = nil },
		"60 to 86400 seconds":     func(p *EventRuleProps) { p.MaxAgeSeconds = 86401 },
		"repeated 1 to 185 times": func(p *EventRuleProps) { p.MaxRetries = 0 },
	} {
		t.Run(says, func(t *testing.T) {
			expectMisuse(t, says, func(s cdktf.TerraformStack) {
				props := goodRule()
				spoil(&props)
				NewEventRule(s, "r", props)
			})
		})
	}
}

func TestEventBus(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) {
		NewEventBus(synth.Stack(app, "s"), "b", EventBusProps{Name: "bus", Description: "d", KeyARN: keyARN, ArchiveDays: 7, DeadLetterARN: jsii.String("arn:dead")})
	})["s"]
	bus, archive := d.One(t, "aws_cloudwatch_event_bus", "b/bus"), d.One(t, "aws_cloudwatch_event_archive", "b/archive")
	if bus.Get("kms_key_identifier") != *keyARN || bus.Get("dead_letter_config", "arn") != "arn:dead" || bus.Get("name") != "bus" {
		t.Errorf("bus: %v", bus.Attributes)
	}
	if archive.Get("event_source_arn") != "${aws_cloudwatch_event_bus."+bus.Name+".arn}" || archive.Get("retention_days") != 7.0 {
		t.Errorf("archive: %v", archive.Attributes)
	}
	if archive.Get("//", "suppress", "FO-KMS-012") == nil {
		t.Error("the archive does not say why it has no key of ours")
	}
	// A policy would let others in.
	if len(d.Resources("aws_cloudwatch_event_bus_policy")) != 0 {
		t.Error("the bus has a policy")
	}
}

func TestEventBusMisuse(t *testing.T) {
	good := EventBusProps{Name: "bus", KeyARN: keyARN, ArchiveDays: 7, DeadLetterARN: jsii.String("arn:dead")}
	for says, spoil := range map[string]func(*EventBusProps){
		"KeyARN is not set": func(p *EventBusProps) { p.KeyARN = nil },
		"dead-letter queue": func(p *EventBusProps) { p.DeadLetterARN = nil },
		"one day or more":   func(p *EventBusProps) { p.ArchiveDays = 0 },
	} {
		t.Run(says, func(t *testing.T) {
			expectMisuse(t, says, func(s cdktf.TerraformStack) {
				props := good
				spoil(&props)
				NewEventBus(s, "b", props)
			})
		})
	}
}
