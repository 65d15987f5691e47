package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// clients are what tenants are made with. None of them reaches a tenant's data.
type clients struct {
	roles      roles
	runtimes   runtimes
	keys       apiKeys
	people     people
	logs       logGroups
	functions  functions
	parameters parameters
	objects    objects
	machines   machines
}

// roles is IAM.
type roles interface {
	CreateRole(context.Context, *iam.CreateRoleInput, ...func(*iam.Options)) (*iam.CreateRoleOutput, error)
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
	PutRolePolicy(context.Context, *iam.PutRolePolicyInput, ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error)
	DeleteRolePolicy(context.Context, *iam.DeleteRolePolicyInput, ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error)
	DeleteRole(context.Context, *iam.DeleteRoleInput, ...func(*iam.Options)) (*iam.DeleteRoleOutput, error)
}

// runtimes is AgentCore's control plane.
type runtimes interface {
	CreateAgentRuntime(context.Context, *control.CreateAgentRuntimeInput, ...func(*control.Options)) (*control.CreateAgentRuntimeOutput, error)
	UpdateAgentRuntime(context.Context, *control.UpdateAgentRuntimeInput, ...func(*control.Options)) (*control.UpdateAgentRuntimeOutput, error)
	GetAgentRuntime(context.Context, *control.GetAgentRuntimeInput, ...func(*control.Options)) (*control.GetAgentRuntimeOutput, error)
	ListAgentRuntimes(context.Context, *control.ListAgentRuntimesInput, ...func(*control.Options)) (*control.ListAgentRuntimesOutput, error)
	DeleteAgentRuntime(context.Context, *control.DeleteAgentRuntimeInput, ...func(*control.Options)) (*control.DeleteAgentRuntimeOutput, error)
	CreateAgentRuntimeEndpoint(context.Context, *control.CreateAgentRuntimeEndpointInput, ...func(*control.Options)) (*control.CreateAgentRuntimeEndpointOutput, error)
	UpdateAgentRuntimeEndpoint(context.Context, *control.UpdateAgentRuntimeEndpointInput, ...func(*control.Options)) (*control.UpdateAgentRuntimeEndpointOutput, error)
	GetAgentRuntimeEndpoint(context.Context, *control.GetAgentRuntimeEndpointInput, ...func(*control.Options)) (*control.GetAgentRuntimeEndpointOutput, error)
	DeleteAgentRuntimeEndpoint(context.Context, *control.DeleteAgentRuntimeEndpointInput, ...func(*control.Options)) (*control.DeleteAgentRuntimeEndpointOutput, error)
}

// apiKeys is API Gateway.
type apiKeys interface {
	CreateApiKey(context.Context, *apigateway.CreateApiKeyInput, ...func(*apigateway.Options)) (*apigateway.CreateApiKeyOutput, error)
	GetApiKey(context.Context, *apigateway.GetApiKeyInput, ...func(*apigateway.Options)) (*apigateway.GetApiKeyOutput, error)
	GetApiKeys(context.Context, *apigateway.GetApiKeysInput, ...func(*apigateway.Options)) (*apigateway.GetApiKeysOutput, error)
	DeleteApiKey(context.Context, *apigateway.DeleteApiKeyInput, ...func(*apigateway.Options)) (*apigateway.DeleteApiKeyOutput, error)
	CreateUsagePlanKey(context.Context, *apigateway.CreateUsagePlanKeyInput, ...func(*apigateway.Options)) (*apigateway.CreateUsagePlanKeyOutput, error)
	GetUsagePlanKey(context.Context, *apigateway.GetUsagePlanKeyInput, ...func(*apigateway.Options)) (*apigateway.GetUsagePlanKeyOutput, error)
	DeleteUsagePlanKey(context.Context, *apigateway.DeleteUsagePlanKeyInput, ...func(*apigateway.Options)) (*apigateway.DeleteUsagePlanKeyOutput, error)
}

// people is the user pool.
type people interface {
	AdminCreateUser(context.Context, *cognito.AdminCreateUserInput, ...func(*cognito.Options)) (*cognito.AdminCreateUserOutput, error)
	AdminGetUser(context.Context, *cognito.AdminGetUserInput, ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error)
	AdminAddUserToGroup(context.Context, *cognito.AdminAddUserToGroupInput, ...func(*cognito.Options)) (*cognito.AdminAddUserToGroupOutput, error)
	AdminUserGlobalSignOut(context.Context, *cognito.AdminUserGlobalSignOutInput, ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error)
	AdminDeleteUser(context.Context, *cognito.AdminDeleteUserInput, ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error)
	ListUsers(context.Context, *cognito.ListUsersInput, ...func(*cognito.Options)) (*cognito.ListUsersOutput, error)
}

// logGroups is CloudWatch Logs.
type logGroups interface {
	CreateLogGroup(context.Context, *cloudwatchlogs.CreateLogGroupInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.CreateLogGroupOutput, error)
	AssociateKmsKey(context.Context, *cloudwatchlogs.AssociateKmsKeyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.AssociateKmsKeyOutput, error)
	PutRetentionPolicy(context.Context, *cloudwatchlogs.PutRetentionPolicyInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.PutRetentionPolicyOutput, error)
	DeleteLogGroup(context.Context, *cloudwatchlogs.DeleteLogGroupInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.DeleteLogGroupOutput, error)
}

// functions invokes search-admin.
type functions interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// parameters reads what later stacks publish.
type parameters interface {
	GetParameter(context.Context, *ssm.GetParameterInput, ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
}

// machines runs the state machine that exports and erases tenants' data.
type machines interface {
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error)
}

// objects reads the agent bucket.
type objects interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}
