package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueuepolicy"
)

// DeadLetterQueueProps is a queue for what could not be done.
type DeadLetterQueueProps struct {
	Name          string
	ARN           string
	KeyARN        *string
	RetentionDays int // 1 to 14
	// Senders are the services of this account that may send without a role of
	// their own, as in "events.amazonaws.com".
	Senders []string
	Account string
}

// DeadLetterQueue is an encrypted, TLS-only queue.
type DeadLetterQueue struct {
	constructs.Construct
	Queue sqsqueue.SqsQueue
}

// NewDeadLetterQueue makes a queue.
func NewDeadLetterQueue(scope constructs.Construct, id string, props DeadLetterQueueProps) DeadLetterQueue {
	require(given(props.KeyARN), scope, id, "a queue needs a customer-managed key: KeyARN is not set")
	require(props.RetentionDays >= 1 && props.RetentionDays <= 14, scope, id, "a queue keeps messages 1 to 14 days, not %d", props.RetentionDays)
	require(len(props.Senders) == 0 || props.Account != "", scope, id, "a queue that services send to needs the account that they send for")
	q := DeadLetterQueue{Construct: group(scope, id)}
	q.Queue = sqsqueue.NewSqsQueue(q.Construct, jsii.String("queue"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String(props.Name), KmsMasterKeyId: props.KeyARN, KmsDataKeyReusePeriodSeconds: jsii.Number(300),
		MessageRetentionSeconds: jsii.Number(props.RetentionDays * 24 * 60 * 60),
	})
	statements := []Statement{Deny("TLSOnly", []string{"sqs:*"}, []string{props.ARN}).If("Bool", "aws:SecureTransport", "false")}
	if len(props.Senders) > 0 {
		statements = append(statements, Allow("Services", []string{"sqs:SendMessage"}, []string{props.ARN}).
			To("Service", props.Senders...).If("StringEquals", "aws:SourceAccount", props.Account))
	}
	sqsqueuepolicy.NewSqsQueuePolicy(q.Construct, jsii.String("policy"), &sqsqueuepolicy.SqsQueuePolicyConfig{
		QueueUrl: q.Queue.Url(), Policy: jsii.String(Document(statements...)),
	})
	return q
}
