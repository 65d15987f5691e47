package stacks

import (
	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
)

// tenantRoleStatements lets the provisioner make and remove the roles of
// tenants' agents. It makes none without the boundary, gives permissions to
// none that lacks it, can take it off none, and can't change a role's tenant.
// A role's tag is the tenant that its name ends in, so that whose role it is can
// be told from its ARN.
func tenantRoleStatements(cfg envs.Config, boundaryARN string) []blocks.Statement {
	roles := []string{cfg.GlobalARN("iam", "role"+contract.TenantRolePath+tenantRolePrefix(cfg)+"*")}
	// The roles of the tenant that the request's tag names.
	own := []string{cfg.GlobalARN("iam", "role"+contract.TenantRolePath+tenantRolePrefix(cfg)+blocks.IAMVariable("aws:RequestTag/"+contract.TenantTag))}
	bounded := func(s blocks.Statement) blocks.Statement {
		return s.If("StringEquals", "iam:PermissionsBoundary", boundaryARN)
	}
	return []blocks.Statement{
		bounded(blocks.Allow("CreateTenantRole", []string{"iam:CreateRole"}, own)).
			If("StringLike", "aws:RequestTag/"+contract.TenantTag, "???*"),
		bounded(blocks.Allow("TenantRolePolicy", []string{"iam:DeleteRolePolicy", "iam:PutRolePolicy"}, roles)),
		keepTag(keepTag(blocks.Allow("TagTenantRole", []string{"iam:TagRole"}, own), contract.TenantTag), contract.RuntimeTag),
		blocks.Allow("TenantRole", []string{"iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy"}, roles),
		blocks.Allow("PassTenantRole", []string{"iam:PassRole"}, roles).If("StringEquals", "iam:PassedToService", agentCore),
	}
}

// keepTag has a tag that is there stay as it is. What is being made sets tags too:
// it has none yet.
func keepTag(s blocks.Statement, tag string) blocks.Statement {
	return s.If("StringEqualsIfExists", "aws:ResourceTag/"+tag, blocks.IAMVariable("aws:RequestTag/"+tag))
}

// runtimeStatements lets the provisioner manage this environment's runtimes,
// and no others, on AgentCore. Where there is a VPC, a runtime is in it or it
// is not made. What a creation asks IAM about, and with which resource, is in
// the service authorization reference; AgentCore makes a runtime's default
// endpoint and workload identity in the caller's name before it has an id.
func runtimeStatements(cfg envs.Config, foundation FoundationOutputs) []blocks.Statement {
	arn := func(resource string) string { return cfg.ARN("bedrock-agentcore", resource) }
	prefix := runtimePrefix(cfg)
	runtimes := []string{arn("runtime/" + prefix + "*")} // and their endpoints, whose ARNs begin so
	directory := arn("workload-identity-directory/default")
	tagged := func(s blocks.Statement) blocks.Statement {
		return s.If("StringEquals", "aws:RequestTag/Project", cfg.Project).If("StringEquals", "aws:RequestTag/Environment", cfg.Environment)
	}
	placed := func(s blocks.Statement) blocks.Statement { return s }
	linkedRoles := []blocks.Statement{serviceLinkedRole(cfg, "RuntimeIdentityRole", "runtime-identity."+agentCore, "AWSServiceRoleForBedrockAgentCoreRuntimeIdentity")}
	if cfg.Network.Enabled {
		placed = func(s blocks.Statement) blocks.Statement {
			return s.If("ForAllValues:StringEquals", "bedrock-agentcore:securityGroups", *foundation.AgentSecurityGroup).
				If("Null", "bedrock-agentcore:securityGroups", "false").If("Null", "bedrock-agentcore:subnets", "false")
		}
		linkedRoles = append(linkedRoles, serviceLinkedRole(cfg, "RuntimeNetworkRole", "network."+agentCore, "AWSServiceRoleForBedrockAgentCoreNetwork"))
	}
	return append(linkedRoles,
		// These two know no resources.
		placed(tagged(blocks.Allow("CreateRuntime", []string{"bedrock-agentcore:CreateAgentRuntime"}, []string{"*"}))),
		blocks.Allow("FindRuntime", []string{"bedrock-agentcore:ListAgentRuntimes"}, []string{"*"}),
		placed(blocks.Allow("UpdateRuntime", []string{"bedrock-agentcore:UpdateAgentRuntime"}, runtimes)),
		blocks.Allow("Runtime", []string{
			"bedrock-agentcore:DeleteAgentRuntime", "bedrock-agentcore:DeleteAgentRuntimeEndpoint", "bedrock-agentcore:GetAgentRuntime",
			"bedrock-agentcore:GetAgentRuntimeEndpoint", "bedrock-agentcore:UpdateAgentRuntimeEndpoint",
		}, runtimes),
		blocks.Allow("CreateEndpoint", []string{"bedrock-agentcore:CreateAgentRuntimeEndpoint"}, []string{arn("runtime/*")}),
		tagged(blocks.Allow("CreateIdentity", []string{"bedrock-agentcore:CreateWorkloadIdentity"}, []string{directory, directory + "/workload-identity/*"})),
		// By its tag a runtime is its tenant's.
		keepTag(tagged(blocks.Allow("TagRuntime", []string{"bedrock-agentcore:TagResource"},
			[]string{arn("runtime/*"), directory, directory + "/workload-identity/*"})), contract.TenantTag),
		blocks.Allow("DeleteIdentity", []string{"bedrock-agentcore:DeleteWorkloadIdentity"}, []string{directory, directory + "/workload-identity/" + prefix + "*"}),
		// AgentCore would make the log group without key and retention.
		blocks.Allow("RuntimeLogGroup", []string{"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"},
			[]string{cfg.ARN("logs", "log-group:"+contract.RuntimeLogGroupPrefix+prefix+"*")}))
}

// wideRuntimeStatements is why some of the statements name no runtime.
var wideRuntimeStatements = []struct{ sid, reason string }{
	{"CreateRuntime", "AgentCore scopes a creation by no resource: the statement demands this environment's tags and, in a VPC, the agents' security group."},
	{"FindRuntime", "AgentCore lists the runtimes of the account or none: the answer holds names and states, nothing of a tenant's."},
	{"CreateEndpoint", "A new runtime's default endpoint is asked for on runtime/*, before there is an id; an endpoint runs nothing that its runtime does not."},
	{"TagRuntime", "A new runtime's tags are asked for on runtime/*, before there is an id: the statement demands this environment's tags."},
}

// serviceLinkedRole lets the caller make a role of AWS's own that a service
// asks for where the account does not have it yet.
func serviceLinkedRole(cfg envs.Config, sid, service, name string) blocks.Statement {
	return blocks.Allow(sid, []string{"iam:CreateServiceLinkedRole"}, []string{cfg.GlobalARN("iam", "role/aws-service-role/"+service+"/"+name)}).
		If("StringEquals", "iam:AWSServiceName", service)
}

// tenantPeopleStatements lets the provisioner make a tenant's first
// administrator and the tenant's API key, and remove them. Keys and usage plans
// have ids that AWS makes up, so their ARNs say no more.
func tenantPeopleStatements(cfg envs.Config, userPoolARN string) []blocks.Statement {
	gateway := func(path string) string {
		return "arn:" + cfg.Partition() + ":apigateway:" + cfg.Account.Region + "::" + path
	}
	return []blocks.Statement{
		blocks.Allow("People", []string{
			"cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser", "cognito-idp:AdminGetUser",
			"cognito-idp:AdminUserGlobalSignOut", "cognito-idp:ListUsers",
		}, []string{userPoolARN}),
		blocks.Allow("MakeAPIKey", []string{"apigateway:GET", "apigateway:POST"}, []string{gateway("/apikeys")}),
		blocks.Allow("APIKey", []string{"apigateway:DELETE", "apigateway:GET"}, []string{gateway("/apikeys/*")}),
		blocks.Allow("JoinPlan", []string{"apigateway:POST"}, []string{gateway("/usageplans/*/keys")}),
		blocks.Allow("LeavePlan", []string{"apigateway:DELETE", "apigateway:GET"}, []string{gateway("/usageplans/*/keys/*")}),
	}
}
