package constructs

import "slices"

// KeyPolicyProps is who uses the platform's key.
type KeyPolicyProps struct {
	Partition, Account, Region string
	Prefix                     string // of the environment's names, as in "flowops-dev"
	TrailARN                   string // the audit trail; empty for none
}

// The resource of a key policy is always its own key; and sets of its actions.
var (
	anyKey  = []string{"*"}
	useKey  = []string{"kms:Decrypt", "kms:GenerateDataKey*"}
	fullKey = []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
)

// AccountKeyPolicy delegates a key to the IAM policies of its account.
func AccountKeyPolicy(partition, account string) Statement {
	return Allow("AccountIAM", []string{"kms:*"}, anyKey).To("AWS", "arn:"+partition+":iam::"+account+":root")
}

// KeyPolicy is the policy of the platform's key: the account's IAM policies
// decide for its principals, and each AWS service that encrypts or delivers on
// its own behalf is let in for this account, and where it has one, for its own
// encryption context. Roles of later stacks are not named: they get the key by
// their IAM policies, with kms:ViaService.
func KeyPolicy(p KeyPolicyProps) []Statement {
	service := func(sid string, actions []string, names ...string) Statement {
		return Allow(sid, actions, anyKey).To("Service", names...)
	}
	arn := func(service, resource string) string {
		return "arn:" + p.Partition + ":" + service + ":" + p.Region + ":" + p.Account + ":" + resource
	}
	statements := []Statement{
		AccountKeyPolicy(p.Partition, p.Account),
		// CloudWatch Logs names the log group in its context and sends no source account.
		service("Logs", fullKey, "logs."+p.Region+".amazonaws.com").
			If("ArnLike", "kms:EncryptionContext:aws:logs:arn", arn("logs", "log-group:*")),
		// Delivery of vended logs (Step Functions, WAF) into encrypted groups.
		service("LogDelivery", useKey, "delivery.logs.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		// The Step Functions guide promises no source account for it, only this context, "*" and all.
		service("LogDeliveryContext", useKey, "delivery.logs.amazonaws.com").
			If("StringLike", "kms:EncryptionContext:SourceArn", arn("logs", "*")),
		// Alarms publish to the encrypted topic.
		service("Alarms", useKey, "cloudwatch.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		// EventBridge encrypts its bus and archive, and sends to encrypted queues and topics.
		// It supports no aws:SourceArn condition when it sends.
		service("Events", slices.Concat(useKey, []string{"kms:DescribeKey"}), "events.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		// Publishing to an encrypted topic it supports no source condition at all (SNS
		// guide, "Key management"), and none is sure for the bus and its archive:
		// there, what is encrypted ties the key to this environment.
		service("EventTopics", useKey, "events.amazonaws.com").
			If("ArnLike", "kms:EncryptionContext:aws:sns:topicArn", arn("sns", p.Prefix+"-*")),
		service("EventBuses", useKey, "events.amazonaws.com").
			If("ArnLike", "kms:EncryptionContext:aws:events:event-bus:arn", arn("events", "event-bus/"+p.Prefix+"-*")),
		// SNS sends what can't be delivered to an encrypted dead-letter queue.
		service("Topics", useKey, "sns.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		service("Queues", useKey, "sqs.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		// S3 delivers inventories and access reports into encrypted buckets.
		service("Buckets", useKey, "s3.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
		// Bedrock writes the invocation log.
		service("Models", useKey, "bedrock.amazonaws.com").
			If("StringEquals", "aws:SourceAccount", p.Account),
	}
	if p.TrailARN != "" {
		statements = append(statements,
			service("Trail", []string{"kms:GenerateDataKey*"}, "cloudtrail.amazonaws.com").
				If("StringEquals", "aws:SourceArn", p.TrailARN).
				If("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", "arn:"+p.Partition+":cloudtrail:*:"+p.Account+":trail/*"),
			service("TrailDescribe", []string{"kms:DescribeKey"}, "cloudtrail.amazonaws.com").
				If("StringEquals", "aws:SourceArn", p.TrailARN))
	}
	return statements
}
