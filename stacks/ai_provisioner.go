package stacks

import (
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// outsideVPC stands for the subnets and security groups of agents that are in
// no VPC.
const outsideVPC = "none"

// addProvisioner makes the function that gives a tenant its agent and takes it
// away again.
func (a *aiStack) addProvisioner(boundary iampolicy.IamPolicy, searchAdmin blocks.Function, erasure blocks.StateMachine) {
	cfg, foundation := a.cfg, a.foundation
	props := functionProps(cfg, a.artifacts, contract.AgentProvisioner, foundation.KMSKeyARN)
	props.Description = "Creates, updates, reads and removes tenants' agents"
	props.MemoryMB, props.TimeoutSec = 512, 120
	props.Permissions = a.provisionerStatements(*boundary.Arn(), *searchAdmin.Alias.Arn(), *erasure.Resource.Arn())
	props.Tenant = []blocks.Statement{
		blocks.TenantItems("Agents", *a.out.Agents.ARN, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
		blocks.TenantItems("Audit", *a.data.Audit.ARN, "dynamodb:PutItem"),
		blocks.UseKey("Key", *foundation.KMSKeyARN, cfg.Account.Region, "dynamodb"),
	}
	subnets, groups := jsii.String(outsideVPC), jsii.String(outsideVPC)
	if cfg.Network.Enabled {
		subnets, groups = cdktf.Fn_Join(jsii.String(","), foundation.PrivateSubnetIDs), foundation.AgentSecurityGroup
	}
	for name, value := range map[string]*string{
		contract.EnvAgentsTable:     a.out.Agents.Name,
		contract.EnvAuditTable:      a.data.Audit.Name,
		contract.EnvTenantBoundary:  boundary.Arn(),
		contract.EnvAgentBucket:     a.bucket.Bucket.Id(),
		contract.EnvAgentBundleKey:  a.agent.Bundle.Key(),
		contract.EnvAgentDefinition: a.agent.Definition.Key(),
		contract.EnvAgentSubnets:    subnets,
		contract.EnvAgentGroups:     groups,
		contract.EnvSearchFunction:  jsii.String(*searchAdmin.Resource.FunctionName() + ":" + *searchAdmin.Alias.Name()),
		contract.EnvUserPoolID:      foundation.UserPoolID,
		contract.EnvParameterPrefix: jsii.String(contract.ParameterPath(cfg.Project, cfg.Environment)),
		contract.EnvDataMachineARN:  erasure.Resource.Arn(),
		contract.EnvEventBus:        jsii.String(cfg.EventBusName()),
		contract.EnvAllowedOrigins:  jsii.String(strings.Join(cfg.API.Origins, ",")),
	} {
		props.Environment[name] = value
	}
	f := blocks.NewFunction(a.stack, contract.AgentProvisioner.Name, props)
	for _, accepted := range wideRuntimeStatements {
		blocks.Suppress(f.Role.Policy, "FO-IAM-002/"+accepted.sid, accepted.reason)
	}
	a.out.AgentProvisioner = managedFunction(f)
}

// provisionerStatements is what the provisioner may do beside tenants' items.
func (a *aiStack) provisionerStatements(boundaryARN, searchAdminARN, erasureARN string) []blocks.Statement {
	cfg := a.cfg
	objects := cfg.BucketARN(cfg.BucketName(agentsBucket)) + "/"
	parameters := "parameter" + contract.ParameterPath(cfg.Project, cfg.Environment) + "/api/*"
	var statements []blocks.Statement
	for _, part := range [][]blocks.Statement{
		tenantRoleStatements(cfg, boundaryARN), runtimeStatements(cfg, a.foundation), tenantPeopleStatements(cfg, *a.foundation.UserPoolARN),
		erasureStatements(cfg, erasureARN),
	} {
		statements = append(statements, part...)
	}
	return append(statements,
		blocks.Allow("SearchAdmin", []string{"lambda:InvokeFunction"}, []string{searchAdminARN}),
		// AgentCore fetches the bundle with the rights of whoever names it.
		blocks.Allow("Artifacts", []string{"s3:GetObject"}, []string{objects + contract.AgentDefinitionKey(), objects + contract.AgentBundlePrefix + "*"}),
		putEvents(cfg),
		blocks.Allow("Parameters", []string{"ssm:GetParameter"}, []string{cfg.ARN("ssm", parameters)}),
		blocks.UseKey("Key", *a.foundation.KMSKeyARN, cfg.Account.Region, "s3", "ssm"))
}
