package isolation

import "github.com/flowops/flowops/contract"

// method is a known way to more rights: what it takes, on which resources.
// A name in resources stands for targets (targets in escalation_test.go).
type method struct {
	action  string
	on      string // "role", "tenant role", ... or an ARN's part behind the account, with its service
	context map[string][]string
	variant string // where one action is tried in more than one way
}

// What stands for the boundary's ARN and the environment's name in a method's
// conditions.
const (
	theBoundary    = "<boundary>"
	theEnvironment = "<environment>"
)

// platformTags are the tags of what the platform makes for a tenant.
func platformTags(tenant string) map[string][]string {
	return tags("Project", "flowops", "Environment", theEnvironment, contract.TenantTag, tenant)
}

func tags(values ...string) map[string][]string {
	context := map[string][]string{}
	for i := 0; i+1 < len(values); i += 2 {
		context["aws:RequestTag/"+values[i]] = []string{values[i+1]}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], values[i])
	}
	return context
}

func bounded(boundary string, context map[string][]string) map[string][]string {
	all := map[string][]string{"iam:PermissionsBoundary": {boundary}}
	for k, v := range context {
		all[k] = v
	}
	return all
}

// methods are the ways that public lists of IAM privilege escalation name
// (Rhino Security Labs' methods, those that Pacu and PMapper look for), and
// those that this platform's own design would open.
func methods() []method {
	all := []method{
		// Roles made, changed and freed of their boundary.
		{action: "iam:CreateRole", on: "role", variant: "without a boundary"},
		{action: "iam:CreateRole", on: "role", variant: "with the boundary", context: bounded(theBoundary, tags(contract.TenantTag, own))},
		{action: "iam:CreateRole", on: "tenant role", variant: "without a boundary", context: tags(contract.TenantTag, own)},
		{action: "iam:CreateRole", on: "tenant role", variant: "with another boundary", context: bounded("arn:aws:iam::aws:policy/AdministratorAccess", tags(contract.TenantTag, own))},
		{action: "iam:CreateRole", on: "tenant role", variant: "without a tenant", context: bounded(theBoundary, nil)},
		{action: "iam:CreateRole", on: "tenant role", variant: "for another tenant", context: bounded(theBoundary, tags(contract.TenantTag, other))},
		{action: "iam:CreateRole", on: "tenant role", variant: "for a path of tenants", context: bounded(theBoundary, tags(contract.TenantTag, own+"/x"))},
		{action: "iam:CreateRole", on: "tenant role", variant: "as the provisioner does", context: bounded(theBoundary, tags(contract.TenantTag, own, contract.RuntimeTag, "flowops_dev_acme"))},
		{action: "iam:CreateRole", on: "role outside", variant: "with the boundary", context: bounded(theBoundary, tags(contract.TenantTag, own))},
		{action: "iam:PutRolePolicy", on: "role", variant: "without a boundary"},
		{action: "iam:PutRolePolicy", on: "role", variant: "with the boundary", context: bounded(theBoundary, nil)},
		{action: "iam:PutRolePolicy", on: "tenant role", variant: "without a boundary"},
		{action: "iam:PutRolePolicy", on: "tenant role", variant: "with another boundary", context: bounded("arn:aws:iam::aws:policy/AdministratorAccess", nil)},
		{action: "iam:PutRolePolicy", on: "tenant role", variant: "with the boundary", context: bounded(theBoundary, nil)},
		{action: "iam:DeleteRolePolicy", on: "role"},
		{action: "iam:DeleteRolePolicy", on: "tenant role", variant: "without a boundary"},
		{action: "iam:DeleteRolePolicy", on: "tenant role", variant: "with the boundary", context: bounded(theBoundary, nil)},
		{action: "iam:AttachRolePolicy", on: "role", context: map[string][]string{"iam:PolicyARN": {"arn:aws:iam::aws:policy/AdministratorAccess"}}},
		{action: "iam:AttachRolePolicy", on: "tenant role", context: bounded(theBoundary, map[string][]string{"iam:PolicyARN": {"arn:aws:iam::aws:policy/AdministratorAccess"}})},
		{action: "iam:DetachRolePolicy", on: "role"},
		{action: "iam:DeleteRole", on: "role"}, {action: "iam:DeleteRole", on: "tenant role"}, {action: "iam:DeleteRole", on: "role outside"},
		{action: "iam:TagRole", on: "role", context: tags(contract.TenantTag, other)},
		{action: "iam:TagRole", on: "tenant role", variant: "first tags", context: tags(contract.TenantTag, own)},
		{action: "iam:TagRole", on: "tenant role", variant: "another tenant", context: with(tags(contract.TenantTag, other), "aws:ResourceTag/"+contract.TenantTag, own)},
		{action: "iam:TagRole", on: "tenant role", variant: "another runtime", context: with(with(tags(contract.TenantTag, own, contract.RuntimeTag, "other"), "aws:ResourceTag/"+contract.TenantTag, own), "aws:ResourceTag/"+contract.RuntimeTag, "flowops_dev_acme")},
		// By its tag a runtime is its tenant's.
		{action: "bedrock-agentcore:TagResource", on: "runtime", variant: "first tags", context: platformTags(own)},
		{action: "bedrock-agentcore:TagResource", on: "runtime", variant: "another tenant", context: with(platformTags(other), "aws:ResourceTag/"+contract.TenantTag, own)},
		{action: "bedrock-agentcore:UntagResource", on: "runtime", context: with(map[string][]string{"aws:TagKeys": {contract.TenantTag}}, "aws:ResourceTag/"+contract.TenantTag, own)},
		// Data and code by which others act.
		{action: "s3:PutObject", on: "bundle"}, {action: "s3:PutObject", on: "definition"}, {action: "s3:DeleteObject", on: "bundle"},
		{action: "s3:PutObject", on: "state"}, {action: "s3:GetObject", on: "state"}, {action: "s3:GetObject", on: "record"},
		{action: "lambda:InvokeFunction", on: "function"}, {action: "lambda:InvokeFunction", on: "alias"},
		{action: "events:PutEvents", on: "bus", variant: "as the platform", context: map[string][]string{"events:source": {"flowops"}}},
		{action: "events:PutEvents", on: "bus", variant: "as another source", context: map[string][]string{"events:source": {"other"}}},
		{action: "iam:CreateServiceLinkedRole", on: "service-linked role", variant: "of another service", context: map[string][]string{"iam:AWSServiceName": {"autoscaling.amazonaws.com"}}},
	}
	for _, service := range []string{"bedrock-agentcore.amazonaws.com", "lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "cloudformation.amazonaws.com", "states.amazonaws.com"} {
		for _, on := range []string{"role", "tenant role", "role outside"} {
			all = append(all, method{action: "iam:PassRole", on: on, variant: "to " + service, context: map[string][]string{"iam:PassedToService": {service}}})
		}
	}
	for on, actions := range plainMethods {
		for _, a := range actions {
			all = append(all, method{action: a, on: on})
		}
	}
	return all
}

func with(context map[string][]string, key, value string) map[string][]string {
	context[key] = []string{value}
	return context
}

// plainMethods need no condition to be tried, by what they are tried on.
var plainMethods = map[string][]string{
	"role": {
		"iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary", "iam:UpdateRole", "iam:UntagRole", "sts:AssumeRole",
		"sts:TagSession", "sts:SetSourceIdentity",
	},
	"tenant role": {
		"iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary", "iam:UpdateRole", "iam:UntagRole", "sts:AssumeRole", "sts:TagSession",
	},
	"role outside": {"iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "sts:AssumeRole"},
	"boundary":     {"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:CreatePolicy"},
	"user": {
		"iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:AttachUserPolicy", "iam:PutUserPolicy",
		"iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary",
	},
	"group":             {"iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup"},
	"identity provider": {"iam:CreateOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint", "iam:AddClientIDToOpenIDConnectProvider"},
	"instance profile":  {"iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"},
	"function": {
		"lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:GetFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:PutFunctionEventInvokeConfig",
		"lambda:RemovePermission", "lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:CreateFunctionUrlConfig",
	},
	"layer": {"lambda:PublishLayerVersion"},
	"key": {
		"kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReplicateKey",
	},
	"bucket":        {"s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketNotification", "s3:PutReplicationConfiguration", "s3:PutBucketPublicAccessBlock"},
	"agents bucket": {"s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketVersioning"},
	"table":         {"dynamodb:PutResourcePolicy", "dynamodb:UpdateTable", "dynamodb:ExportTableToPointInTime"},
	"domain":        {"es:UpdateDomainConfig", "es:DeleteDomain"},
	"queue":         {"sqs:AddPermission", "sqs:SetQueueAttributes", "sqs:ReceiveMessage"},
	"topic":         {"sns:AddPermission", "sns:SetTopicAttributes", "sns:Subscribe"},
	"machine":       {"states:CreateStateMachine", "states:UpdateStateMachine", "states:DeleteStateMachine", "states:StartExecution", "states:SendTaskSuccess"},
	"rule":          {"events:PutRule", "events:PutTargets", "events:DeleteRule", "events:DisableRule"},
	"bus":           {"events:DeleteEventBus"},
	"schedule":      {"scheduler:CreateSchedule", "scheduler:UpdateSchedule"},
	"rest api":      {"apigateway:PATCH", "apigateway:PUT", "apigateway:DELETE"},
	"stage":         {"apigateway:PATCH", "apigateway:DELETE"},
	"users": {
		"cognito-idp:AdminInitiateAuth", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser",
		"cognito-idp:AdminResetUserPassword", "cognito-idp:AdminSetUserMFAPreference", "cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient",
		"cognito-idp:UpdateGroup", "cognito-idp:CreateIdentityProvider",
	},
	"identity pool": {"cognito-identity:UpdateIdentityPool", "cognito-identity:GetOpenIdTokenForDeveloperIdentity"},
	"parameter":     {"ssm:PutParameter", "ssm:DeleteParameter"},
	"trail":         {"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"},
	"guardrail":     {"bedrock:UpdateGuardrail", "bedrock:DeleteGuardrail"},
	"stack":         {"cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:SetStackPolicy"},
	"instance":      {"ec2:RunInstances", "ec2:ModifyInstanceAttribute", "ssm:SendCommand", "ssm:StartSession", "ec2:AssociateIamInstanceProfile", "ec2-instance-connect:SendSSHPublicKey"},
	"secret":        {"secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"},
	"project":       {"codebuild:CreateProject", "codebuild:UpdateProject", "codebuild:StartBuild"},
	"task":          {"ecs:RunTask"},
	"notebook":      {"sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"},
	"endpoint":      {"glue:UpdateDevEndpoint"},
	"image":         {"ecr:PutImage", "ecr:SetRepositoryPolicy"},
	"account": {
		"cognito-identity:SetIdentityPoolRoles", "cognito-identity:SetPrincipalTagAttributeMap", "es:AuthorizeVpcEndpointAccess", "events:PutPermission", "glue:CreateDevEndpoint",
		"iam:CreateAccountAlias", "iam:UpdateAccountPasswordPolicy", "sts:GetFederationToken", "organizations:LeaveOrganization", "logs:PutResourcePolicy", "kms:CreateKey",
		"bedrock:PutModelInvocationLoggingConfiguration", "bedrock:DeleteModelInvocationLoggingConfiguration", "lambda:CreateEventSourceMapping",
	},
}
