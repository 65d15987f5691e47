package constructs

import (
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

const topicARN = "arn:aws:sns:eu-central-1:111111111111:alerts"

func TestTopicWithFewestProps(t *testing.T) {
	d := synth.Documents(t, func(app cdktf.App) {
		NewSecureTopic(synth.Stack(app, "s"), "t", SecureTopicProps{Name: "alerts", ARN: topicARN, KeyARN: keyARN})
	})["s"]
	topic := d.One(t, "aws_sns_topic", "t/topic")
	if topic.Get("name") != "alerts" || topic.Get("kms_master_key_id") != *keyARN || topic.Get("signature_version") != 2.0 {
		t.Errorf("topic: %v", topic.Attributes)
	}
	if len(d.Resources("aws_sns_topic_subscription")) != 0 {
		t.Error("somebody hears a topic without subscriptions")
	}
	// Nobody but the account's own principals publishes, and nobody without TLS.
	want := []any{map[string]any{
		"Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": []any{"sns:Publish"}, "Resource": []any{topicARN},
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": []any{"false"}}},
	}}
	policy := d.One(t, "aws_sns_topic_policy", "t/policy")
	if d := cmp.Diff(want, policy.JSON(t, "policy")["Statement"]); d != "" {
		t.Errorf("policy (-want +got):\n%s", d)
	}
	if policy.Get("arn") != "${aws_sns_topic."+topic.Name+".arn}" {
		t.Errorf("the policy is of %v", policy.Get("arn"))
	}
}

func TestTopicWithAllProps(t *testing.T) {
	props := SecureTopicProps{
		Name: "alerts", DisplayName: "FlowOps", ARN: topicARN, Account: "111111111111", KeyARN: keyARN, Alarms: true, Events: true,
		Subscriptions: []TopicSubscription{{"email", "oncall@flowops.example"}, {"https", "https://pager.example/in"}}, DeadLetterARN: jsii.String("arn:dead"),
	}
	d := synth.Documents(t, func(app cdktf.App) { NewSecureTopic(synth.Stack(app, "s"), "t", props) })["s"]
	if d.One(t, "aws_sns_topic", "t/topic").Get("display_name") != "FlowOps" {
		t.Error("no display name")
	}
	for id, want := range map[string][2]string{"t/subscription-1": {"email", "oncall@flowops.example"}, "t/subscription-2": {"https", "https://pager.example/in"}} {
		s := d.One(t, "aws_sns_topic_subscription", id)
		if s.Get("protocol") != want[0] || s.Get("endpoint") != want[1] || s.JSON(t, "redrive_policy")["deadLetterTargetArn"] != "arn:dead" {
			t.Errorf("%s: %v", id, s.Attributes)
		}
	}
	want := []Statement{
		TopicPolicy(SecureTopicProps{ARN: topicARN})[0],
		{Sid: "Alarms", Effect: "Allow", Principal: Principal{"Service": {"cloudwatch.amazonaws.com"}}, Actions: []string{"sns:Publish"}, Resources: []string{topicARN}, Conditions: Conditions{
			"StringEquals": {"aws:SourceAccount": {"111111111111"}},
		}},
		{Sid: "Events", Effect: "Allow", Principal: Principal{"Service": {"events.amazonaws.com"}}, Actions: []string{"sns:Publish"}, Resources: []string{topicARN}},
	}
	if d := cmp.Diff(want, TopicPolicy(props)); d != "" {
		t.Errorf("policy (-want +got):\n%s", d)
	}
}

func TestTopicMisuse(t *testing.T) {
	good := SecureTopicProps{Name: "alerts", ARN: topicARN, Account: "111111111111", KeyARN: keyARN, DeadLetterARN: jsii.String("arn:dead")}
	for says, spoil := range map[string]func(*SecureTopicProps){
		"KeyARN is not set": func(p *SecureTopicProps) { p.KeyARN = nil },
		"needs its ARN":     func(p *SecureTopicProps) { p.ARN = "" },
		"the account":       func(p *SecureTopicProps) { p.Alarms, p.Account = true, "" },
		"dead-letter queue": func(p *SecureTopicProps) {
			p.Subscriptions, p.DeadLetterARN = []TopicSubscription{{"email", "a@flowops.example"}}, nil
		},
		`not "http"`: func(p *SecureTopicProps) {
			p.Subscriptions = []TopicSubscription{{"http", "http://pager.example"}}
		},
	} {
		t.Run(says, func(t *testing.T) {
			expectMisuse(t, says, func(s cdktf.TerraformStack) {
				props := good
				spoil(&props)
				NewSecureTopic(s, "t", props)
			})
		})
	}
}

// EventBridge sends no source account with what it publishes to an encrypted
// topic, nor surely for its bus; log delivery neither. What is encrypted ties the
// key to this environment instead.
func TestKeyPolicyOfDeliveriesWithoutSource(t *testing.T) {
	statements := map[string]Statement{}
	for _, s := range KeyPolicy(KeyPolicyProps{Partition: "aws", Account: "111111111111", Region: "eu-central-1", Prefix: "flowops-dev"}) {
		statements[s.Sid] = s
	}
	delivery := func(sid, service, operator, context, value string) Statement {
		return Allow(sid, []string{"kms:Decrypt", "kms:GenerateDataKey*"}, []string{"*"}).To("Service", service).If(operator, "kms:EncryptionContext:"+context, value)
	}
	for _, want := range []Statement{
		delivery("EventTopics", "events.amazonaws.com", "ArnLike", "aws:sns:topicArn", "arn:aws:sns:eu-central-1:111111111111:flowops-dev-*"),
		delivery("EventBuses", "events.amazonaws.com", "ArnLike", "aws:events:event-bus:arn", "arn:aws:events:eu-central-1:111111111111:event-bus/flowops-dev-*"),
		delivery("LogDeliveryContext", "delivery.logs.amazonaws.com", "StringLike", "SourceArn", "arn:aws:logs:eu-central-1:111111111111:*"),
	} {
		if d := cmp.Diff(want, statements[want.Sid]); d != "" {
			t.Errorf("%s (-want +got):\n%s", want.Sid, d)
		}
	}
}
