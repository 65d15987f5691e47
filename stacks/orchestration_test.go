package stacks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

func orchestrationOf(t testing.TB, cfg envs.Config) synth.Document {
	t.Helper()
	return synth.Documents(t, func(app cdktf.App) {
		NewOrchestration(app, "orchestration", cfg, OrchestrationInputs{
			Literal(Sample[FoundationOutputs](cfg)), Literal(Sample[DataOutputs](cfg)), Literal(Sample[ComputeOutputs](cfg)),
		})
	})["orchestration"]
}

// alerted is prod with people who hear alerts.
func alerted(t testing.TB) envs.Config {
	cfg := loadEnv(t, "prod")
	cfg.Alarms.Subscriptions = []envs.Subscription{{Protocol: "email", Endpoint: "oncall@flowops.example"}, {Protocol: "https", Endpoint: "https://pager.example/in"}}
	return cfg
}

// Plan 9.1 and requirement 4.3: the bus, its archive and what becomes of its
// events.
func TestOrchestrationBus(t *testing.T) {
	for _, cfg := range []envs.Config{loadEnv(t, "dev"), alerted(t)} {
		t.Run(cfg.Environment, func(t *testing.T) {
			d := orchestrationOf(t, cfg)
			key := *Sample[FoundationOutputs](cfg).KMSKeyARN
			dead := "${aws_sqs_queue." + d.One(t, "aws_sqs_queue", "dead-letters/queue").Name + ".arn}"
			bus := d.One(t, "aws_cloudwatch_event_bus", "events/bus")
			if bus.Get("name") != cfg.EventBusName() || bus.Get("kms_key_identifier") != key || bus.Get("dead_letter_config", "arn") != dead {
				t.Errorf("bus: %v", bus.Attributes)
			}
			if days := d.One(t, "aws_cloudwatch_event_archive", "events/archive").Get("retention_days"); days != float64(cfg.Events.ArchiveDays) {
				t.Errorf("archived for %v days", days)
			}
			topic := "${aws_sns_topic." + d.One(t, "aws_sns_topic", "alerts/topic").Name + ".arn}"
			log := d.One(t, "aws_cloudwatch_log_group", "event-log")
			for id, want := range map[string]struct{ pattern, target string }{
				"escalations":        {`{"source":["flowops"],"detail-type":["EscalationRequested"]}`, topic},
				"ingestion-failures": {`{"source":["flowops"],"detail-type":["DocumentIngestionFailed"]}`, topic},
				"erasure-failures":   {`{"source":["flowops"],"detail-type":["TenantDataFailed"]}`, topic},
				"event-log-rule":     {`{"source":["flowops"]}`, "${aws_cloudwatch_log_group." + log.Name + ".arn}"},
			} {
				rule, target := d.One(t, "aws_cloudwatch_event_rule", id+"/rule"), d.One(t, "aws_cloudwatch_event_target", id+"/target")
				on := "${aws_cloudwatch_event_bus." + bus.Name + ".name}"
				if rule.Get("event_pattern") != want.pattern || rule.Get("event_bus_name") != on || rule.Get("state") != "ENABLED" {
					t.Errorf("%s: rule %v", id, rule.Attributes)
				}
				if target.Get("arn") != want.target || target.Get("event_bus_name") != on || target.Get("dead_letter_config", "arn") != dead {
					t.Errorf("%s: target %v", id, target.Attributes)
				}
				// AWS refuses a role for topics and log groups; their own policies let EventBridge in.
				if target.Get("role_arn") != nil {
					t.Errorf("%s: the target has a role", id)
				}
			}
			if log.Get("name") != "/aws/events/"+cfg.EventBusName() || log.Get("kms_key_id") != key || log.Get("retention_in_days") != float64(cfg.Functions.LogRetention) {
				t.Errorf("log of events: %v", log.Attributes)
			}
			outputs := d["output"].(map[string]any)
			for name, want := range map[string]string{
				"event_bus": "${aws_cloudwatch_event_bus." + bus.Name + ".name}", "alert_topic_arn": topic, "dead_letter_queue": strings.TrimSuffix(dead, "arn}") + "name}",
				"state_machine_arn": "${aws_sfn_state_machine." + d.One(t, "aws_sfn_state_machine", "ingestion/machine").Name + ".arn}",
			} {
				if got := synth.Get(outputs, name, "value"); got != want {
					t.Errorf("output %s is %v, want %v", name, got, want)
				}
			}
		})
	}
}

// What people are sent holds ids, and each placeholder has a value.
func TestOrchestrationNotices(t *testing.T) {
	cfg := loadEnv(t, "prod")
	details := map[string]any{"escalation": contract.EscalationDetail{}, "failure": contract.IngestionFailedDetail{}, "erasure": contract.TenantDataFailedDetail{}}
	for name, notice := range map[string]struct {
		paths    map[string]string
		template string
	}{
		"escalation": {escalationNotice(cfg).Paths, escalationNotice(cfg).Template},
		"failure":    {failureNotice(cfg).Paths, failureNotice(cfg).Template},
		"erasure":    {dataFailureNotice(cfg).Paths, dataFailureNotice(cfg).Template},
	} {
		fields := map[string]any{}
		raw, _ := json.Marshal(details[name])
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		for placeholder, path := range notice.paths {
			if !strings.Contains(notice.template, "<"+placeholder+">") {
				t.Errorf("%s: %s is read and not written", name, placeholder)
			}
			if field, ok := strings.CutPrefix(path, "$.detail."); ok {
				if _, known := fields[field]; !known {
					t.Errorf("%s: the event has no %s", name, field)
				}
				delete(fields, field)
			} else if path != "$.id" && path != "$.time" {
				t.Errorf("%s: %s is not of the detail", name, path)
			}
		}
		if len(fields) > 0 {
			t.Errorf("%s: people are not told %v", name, fields)
		}
		if n := strings.Count(notice.template, "<"); n != len(notice.paths) {
			t.Errorf("%s: %d placeholders, %d paths", name, n, len(notice.paths))
		}
		for line := range strings.SplitSeq(notice.template, "\n") {
			if len(line) < 3 || line[0] != '"' || line[len(line)-1] != '"' || strings.Count(line, `"`) != 2 {
				t.Errorf("%s: %s is not a quoted line", name, line)
			}
		}
		if !strings.Contains(notice.template, "FlowOps prod") {
			t.Errorf("%s does not say which environment", name)
		}
	}
}

// Plan 9.2 and requirement 4.4.
func TestOrchestrationTopic(t *testing.T) {
	cfg := alerted(t)
	d := orchestrationOf(t, cfg)
	topic := d.One(t, "aws_sns_topic", "alerts/topic")
	if topic.Get("name") != "flowops-prod-alerts" || topic.Get("kms_master_key_id") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
		t.Errorf("topic: %v", topic.Attributes)
	}
	const arn = "arn:aws:sns:eu-central-1:333333333333:flowops-prod-alerts"
	want := []string{
		"DENY TLSOnly: sns:Publish on " + arn + "; Bool aws:SecureTransport false",
		"Alarms: sns:Publish on " + arn + "; StringEquals aws:SourceAccount 333333333333",
		"Events: sns:Publish on " + arn,
	}
	if d := cmp.Diff(want, policyLines(d, d.One(t, "aws_sns_topic_policy", "alerts/policy").JSON(t, "policy"))); d != "" {
		t.Errorf("policy (-want +got):\n%s", d)
	}
	dead := "${aws_sqs_queue." + d.One(t, "aws_sqs_queue", "dead-letters/queue").Name + ".arn}"
	for id, want := range map[string][2]string{"alerts/subscription-1": {"email", "oncall@flowops.example"}, "alerts/subscription-2": {"https", "https://pager.example/in"}} {
		s := d.One(t, "aws_sns_topic_subscription", id)
		if s.Get("protocol") != want[0] || s.Get("endpoint") != want[1] || s.JSON(t, "redrive_policy")["deadLetterTargetArn"] != dead {
			t.Errorf("%s: %v", id, s.Attributes)
		}
	}
	// The queue takes what neither the rules' targets nor the subscribers took.
	policy := d.One(t, "aws_sqs_queue_policy", "dead-letters/policy").JSON(t, "policy")
	services := aiStatement(t, policy, "Services")
	if got := texts(synth.Get(services, "Principal", "Service")); !slices.Equal(got, []string{"events.amazonaws.com", "sns.amazonaws.com"}) {
		t.Errorf("the dead-letter queue takes from %v", got)
	}
	if got := texts(synth.Get(services, "Condition", "StringEquals", "aws:SourceAccount")); !slices.Equal(got, []string{"333333333333"}) {
		t.Errorf("the dead-letter queue takes from accounts %v", got)
	}
}

// EventBridge may write the log of events by this one rule.
func TestOrchestrationEventLogPolicy(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := orchestrationOf(t, cfg)
	const group = "arn:aws:logs:eu-central-1:333333333333:log-group:/aws/events/flowops-prod-events:*"
	const rule = "arn:aws:events:eu-central-1:333333333333:rule/flowops-prod-events/flowops-prod-event-log"
	want := []string{"Streams: logs:CreateLogStream on " + group, "Events: logs:PutLogEvents on " + group + "; ArnEquals aws:SourceArn " + rule}
	policy := d.One(t, "aws_cloudwatch_log_resource_policy", "event-log-policy").JSON(t, "policy_document")
	if d := cmp.Diff(want, policyLines(d, policy)); d != "" {
		t.Errorf("policy (-want +got):\n%s", d)
	}
	for _, s := range policy["Statement"].([]any) {
		if got := texts(synth.Get(s, "Principal", "Service")); !slices.Equal(got, []string{"delivery.logs.amazonaws.com", "events.amazonaws.com"}) {
			t.Errorf("the log is written by %v", got)
		}
	}
	if d.One(t, "aws_cloudwatch_event_rule", "event-log-rule/rule").Get("name") != "flowops-prod-event-log" {
		t.Error("the policy names another rule")
	}
}
