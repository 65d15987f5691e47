package envs

import "strings"

// Name is the name of a resource: project, environment and part joined by "-".
func (c Config) Name(part string) string { return c.Prefix() + "-" + part }

// Prefix begins every name of the environment: "flowops-dev".
func (c Config) Prefix() string { return c.Project + "-" + c.Environment }

// Snake is Name for where hyphens are refused, as in names of AgentCore
// runtimes.
func (c Config) Snake(part string) string { return strings.ReplaceAll(c.Name(part), "-", "_") }

// BucketName is Name with account and region, since bucket names are global.
func (c Config) BucketName(part string) string {
	return c.Name(part) + "-" + c.Account.ID + "-" + c.Account.Region
}

// Partition is the AWS partition of the region.
func (c Config) Partition() string {
	switch {
	case strings.HasPrefix(c.Account.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(c.Account.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// ARN is the ARN of a regional resource of this account.
func (c Config) ARN(service, resource string) string {
	return strings.Join([]string{"arn", c.Partition(), service, c.Account.Region, c.Account.ID, resource}, ":")
}

// GlobalARN is the ARN of a resource of this account that has no region.
func (c Config) GlobalARN(service, resource string) string {
	return strings.Join([]string{"arn", c.Partition(), service, "", c.Account.ID, resource}, ":")
}

// BucketARN is the ARN of the bucket of that name.
func (c Config) BucketARN(name string) string { return "arn:" + c.Partition() + ":s3:::" + name }

// RoleARN is the ARN of the role Name(part).
func (c Config) RoleARN(part string) string { return c.GlobalARN("iam", "role/"+c.Name(part)) }

// FunctionARN is the ARN of the function Name(part).
func (c Config) FunctionARN(part string) string { return c.ARN("lambda", "function:"+c.Name(part)) }

// The names that stacks on both sides of a would-be cycle derive alike.

// EventBusName is the name of the platform's event bus.
func (c Config) EventBusName() string { return c.Name("events") }

// EventBusARN is its ARN.
func (c Config) EventBusARN() string { return c.ARN("events", "event-bus/"+c.EventBusName()) }

// AlertTopicName is the name of the topic for alerts and escalations.
func (c Config) AlertTopicName() string { return c.Name("alerts") }

// AlertTopicARN is its ARN.
func (c Config) AlertTopicARN() string { return c.ARN("sns", c.AlertTopicName()) }

// StateMachineName is the name of the ingestion state machine.
func (c Config) StateMachineName() string { return c.Name("ingestion") }

// StateMachineARN is its ARN.
func (c Config) StateMachineARN() string {
	return c.ARN("states", "stateMachine:"+c.StateMachineName())
}

// DataMachineName is the name of the state machine that exports and erases the
// data of tenants that go.
func (c Config) DataMachineName() string { return c.Name("erasure") }

// TrailName is the name of the audit trail.
func (c Config) TrailName() string { return c.Name("audit") }

// TrailARN is its ARN.
func (c Config) TrailARN() string { return c.ARN("cloudtrail", "trail/"+c.TrailName()) }

// StateBucket is the bucket of the Terraform state, made by bootstrap.
func (c Config) StateBucket() string { return c.BucketName("tfstate") }

// StateKey is the object key of a stack's state.
func (c Config) StateKey(stack string) string {
	return c.Project + "/" + c.Environment + "/" + stack + ".tfstate"
}

// StateKeyAlias is the alias of the key that encrypts the state.
func (c Config) StateKeyAlias() string { return "alias/" + c.Name("tfstate") }

// StateKeyARN is the alias as an ARN, which the S3 backend takes.
func (c Config) StateKeyARN() string { return c.ARN("kms", c.StateKeyAlias()) }

// SearchMasterRole is the part of the name of the search domain's master role.
const SearchMasterRole = "search-master"

// TagMap is the tags of everything.
func (c Config) TagMap() map[string]string {
	return map[string]string{
		"Project":            c.Project,
		"Environment":        c.Environment,
		"Owner":              c.Tags.Owner,
		"CostCenter":         c.Tags.CostCenter,
		"DataClassification": c.Tags.DataClassification,
		"ManagedBy":          "cdktf",
	}
}
