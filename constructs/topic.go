package constructs

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// SecureTopicProps is a topic. Its ARN is text, so that its policy and other
// stacks can be written without reading the resource.
type SecureTopicProps struct {
	Name        string
	DisplayName string // the sender's name in mails
	ARN         string
	Account     string
	KeyARN      *string
	Alarms      bool // CloudWatch alarms of this account may publish
	Events      bool // EventBridge rules may publish
	// Subscriptions hear what is published. What they don't take goes to the
	// dead-letter queue, which must let sns.amazonaws.com send.
	Subscriptions []TopicSubscription
	DeadLetterARN *string // required with subscriptions
}

// TopicSubscription is who hears a topic.
type TopicSubscription struct {
	Protocol string // email or https
	Endpoint string
}

// SecureTopic is an encrypted topic that takes nothing without TLS.
type SecureTopic struct {
	constructs.Construct
	Topic snstopic.SnsTopic
}

// NewSecureTopic makes a topic.
func NewSecureTopic(scope constructs.Construct, id string, props SecureTopicProps) SecureTopic {
	require(given(props.KeyARN), scope, id, "a topic needs a customer-managed key: KeyARN is not set")
	require(props.ARN != "", scope, id, "a topic needs its ARN, for its policy")
	require(!props.Alarms || props.Account != "", scope, id, "a topic that alarms publish to needs the account that they are of")
	require(len(props.Subscriptions) == 0 || given(props.DeadLetterARN), scope, id, "a topic with subscriptions needs a dead-letter queue for what they don't take")
	t := SecureTopic{Construct: group(scope, id)}
	t.Topic = snstopic.NewSnsTopic(t.Construct, jsii.String("topic"), &snstopic.SnsTopicConfig{
		Name: jsii.String(props.Name), DisplayName: jsii.String(props.DisplayName), KmsMasterKeyId: props.KeyARN,
		SignatureVersion: jsii.Number(2), // SHA-256; the default is SHA-1
	})
	policy := snstopicpolicy.NewSnsTopicPolicy(t.Construct, jsii.String("policy"), &snstopicpolicy.SnsTopicPolicyConfig{
		Arn: t.Topic.Arn(), Policy: jsii.String(Document(TopicPolicy(props)...)),
	})
	for i, s := range props.Subscriptions {
		at := fmt.Sprintf("subscription-%d", i+1)
		require((s.Protocol == "email" || s.Protocol == "https") && s.Endpoint != "", t, at, "a subscription is email or https, with an endpoint, not %q", s.Protocol)
		snstopicsubscription.NewSnsTopicSubscription(t.Construct, jsii.String(at), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: t.Topic.Arn(), Protocol: jsii.String(s.Protocol), Endpoint: jsii.String(s.Endpoint),
			RedrivePolicy: jsii.String(JSON(map[string]string{"deadLetterTargetArn": *props.DeadLetterARN})),
			DependsOn:     &[]cdktf.ITerraformDependable{policy},
		})
	}
	return t
}

// TopicPolicy is the policy of a topic: nothing without TLS, and the services
// that publish on their own behalf. Principals of the account publish by their
// IAM policies.
func TopicPolicy(props SecureTopicProps) []Statement {
	publish, topic := []string{"sns:Publish"}, []string{props.ARN}
	statements := []Statement{Deny("TLSOnly", publish, topic).If("Bool", "aws:SecureTransport", "false")}
	if props.Alarms {
		statements = append(statements, Allow("Alarms", publish, topic).To("Service", "cloudwatch.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", props.Account))
	}
	if props.Events {
		// No condition: the EventBridge guide ("Amazon SNS permissions") rules them
		// out in topic policies, and with one, events would be dropped in silence.
		// Another account's rule gets no further than this: the key policy lets
		// EventBridge encrypt for this account's topics, and rules that cross
		// accounts publish as a role of their own, not as the service.
		statements = append(statements, Allow("Events", publish, topic).To("Service", "events.amazonaws.com"))
	}
	return statements
}
