package stacks

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// tenantBoundary is the part of the boundary's name.
const tenantBoundary = "tenant-boundary"

// agentCoreMetrics is the namespace that AgentCore publishes a runtime's
// metrics in, with the runtime's role.
const agentCoreMetrics = "bedrock-agentcore"

// addBoundary makes the permissions boundary that every tenant's role has.
func (a *aiStack) addBoundary() iampolicy.IamPolicy {
	policy := iampolicy.NewIamPolicy(a.stack, jsii.String(tenantBoundary), &iampolicy.IamPolicyConfig{
		Name: jsii.String(a.cfg.Name(tenantBoundary)), Path: jsii.String(contract.TenantRolePath),
		Description: jsii.String("The most that a tenant's agent may do"),
		Policy:      jsii.String(blocks.Document(a.tenantAgentStatements()...)),
	})
	a.out.TenantBoundaryARN = policy.Arn()
	return policy
}

// tenantAgentStatements is what a tenant's agent may do: the permissions of its
// role and, so that no other permission can be given to it, the boundary. The
// role's own tags say which tenant that is.
//
// The agent reads its tenant's tickets and conversations and searches its
// tenant's alias. It changes nothing: tools that need a person's confirmation,
// and a hand-over, are audit items that the platform acts on. So it reaches
// no event bus, no topic and no function.
func (a *aiStack) tenantAgentStatements() []blocks.Statement {
	cfg, d := a.cfg, a.data
	logs := cfg.ARN("logs", "log-group:"+contract.RuntimeLogGroupPrefix+blocks.IAMVariable("aws:PrincipalTag/"+contract.RuntimeTag)+"-*")
	statements := []blocks.Statement{
		blocks.TenantItems("Tickets", *d.Tickets.ARN, "dynamodb:GetItem", "dynamodb:Query"),
		blocks.TenantItems("Conversations", *d.Conversations.ARN, "dynamodb:Query"),
		blocks.TenantItems("PendingActions", *d.Audit.ARN, "dynamodb:PutItem"),
		blocks.TenantSearch("Search", *d.SearchDomainARN, []string{"_search"}, "es:ESHttpPost"),
		blocks.Allow("Definition", []string{"s3:GetObject"}, []string{cfg.BucketARN(cfg.BucketName(agentsBucket)) + "/" + contract.AgentDefinitionKey()}),
		blocks.UseKey("Key", *a.foundation.KMSKeyARN, cfg.Account.Region, "bedrock", "dynamodb", "s3"),
		blocks.Allow("Logs", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, []string{logs}),
		// X-Ray and PutMetricData know no resources.
		blocks.Allow("Traces", []string{"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}, []string{"*"}),
		blocks.Allow("Metrics", []string{"cloudwatch:PutMetricData"}, []string{"*"}).
			If("StringEquals", "cloudwatch:namespace", agentCoreMetrics, contract.MetricNamespace),
	}
	return append(statements, guardedModelStatements(cfg, *a.guardrail.arn, *a.guardrail.id, cfg.AI.Models...)...)
}
