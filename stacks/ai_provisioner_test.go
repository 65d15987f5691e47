package stacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

const aiProvisioner = "agent-provisioner"

func aiProvisionerPolicy(t testing.TB, d synth.Document) map[string]any {
	t.Helper()
	return d.One(t, "aws_iam_role_policy", aiProvisioner+"/role/policy").JSON(t, "policy")
}

// Plan 6.5.
func TestAIProvisioner(t *testing.T) {
	for name, network := range map[string][2]string{
		"dev":  {"none", "none"},
		"prod": {`${join(",", ["flowops-prod-private-subnet-ids-a", "flowops-prod-private-subnet-ids-b"])}`, "flowops-prod-agent-security-group"},
	} {
		cfg := loadEnv(t, name)
		d, _ := aiOf(t, cfg)
		f := d.One(t, "aws_lambda_function", aiProvisioner+"/function")
		if f.Get("memory_size") != 512.0 || f.Get("timeout") != 120.0 || f.Get("vpc_config") != nil {
			t.Errorf("%s: %v MB, %v s, VPC %v", name, f.Get("memory_size"), f.Get("timeout"), f.Get("vpc_config"))
		}
		if reserved := cfg.Functions.ReservedConcurrency[aiProvisioner]; reserved > 0 && f.Get("reserved_concurrent_executions") != float64(reserved) {
			t.Errorf("%s: reserved %v", name, f.Get("reserved_concurrent_executions"))
		}
		ref := func(kind, suffix, attribute string) string {
			return "${" + kind + "." + d.One(t, kind, suffix).Name + "." + attribute + "}"
		}
		want := map[string]any{
			"FLOWOPS_ENV": name, "LOG_LEVEL": cfg.Functions.LogLevel, "METRIC_NAMESPACE": "FlowOps",
			"TENANT_ROLE_ARN":       ref("aws_iam_role", aiProvisioner+"/tenant-access/role", "arn"),
			"AGENTS_TABLE":          ref("aws_dynamodb_table", "agents/table", "name"),
			"AUDIT_TABLE":           *Sample[DataOutputs](cfg).Audit.Name,
			"TENANT_BOUNDARY_ARN":   ref("aws_iam_policy", "tenant-boundary", "arn"),
			"AGENT_BUCKET":          ref("aws_s3_bucket", "agent-bucket/bucket", "id"),
			"AGENT_BUNDLE_KEY":      ref("aws_s3_object", "agent/bundle", "key"),
			"AGENT_DEFINITION_KEY":  ref("aws_s3_object", "agent/definition", "key"),
			"AGENT_SUBNET_IDS":      network[0],
			"AGENT_SECURITY_GROUPS": network[1],
			"SEARCH_ADMIN_FUNCTION": ref("aws_lambda_function", "search-admin/function", "function_name") + ":" + ref("aws_lambda_alias", "search-admin/live", "name"),
			"USER_POOL_ID":          *Sample[FoundationOutputs](cfg).UserPoolID,
			"DATA_MACHINE_ARN":      ref("aws_sfn_state_machine", "erasure/machine", "arn"),
			"PARAMETER_PREFIX":      "/flowops/" + name,
			"EVENT_BUS_NAME":        cfg.EventBusName(),
			"ALLOWED_ORIGINS":       strings.Join(cfg.API.Origins, ","),
		}
		if diff := cmp.Diff(want, f.Get("environment", "variables")); diff != "" {
			t.Errorf("%s: environment (-want +got):\n%s", name, diff)
		}
		if size := aiSize(d.One(t, "aws_iam_role_policy", aiProvisioner+"/role/policy").Get("policy").(string)); size > 10240 {
			t.Errorf("%s: the policy has %d characters; the inline policies of a role have 10240 at the most", name, size)
		}
	}
}

// It makes no role without the boundary, can take it off none, and touches
// nothing outside the tenants' path.
func TestAIProvisionerRoles(t *testing.T) {
	d, _ := aiOf(t, loadEnv(t, "prod"))
	policy := aiProvisionerPolicy(t, d)
	boundary := `"StringEquals":{"iam:PermissionsBoundary":["${aws_iam_policy.tenant-boundary.arn}"]}`
	for sid, want := range map[string]string{
		"CreateTenantRole": `"Action":["iam:CreateRole"],"Condition":{` + boundary + `,"StringLike":{"aws:RequestTag/TenantId":["???*"]}}`,
		"TenantRolePolicy": `"Action":["iam:DeleteRolePolicy","iam:PutRolePolicy"],"Condition":{` + boundary + `}`,
		"TagTenantRole": `"Action":["iam:TagRole"],"Condition":{"StringEqualsIfExists":{
			"aws:ResourceTag/TenantId":["$${aws:RequestTag/TenantId}"],"aws:ResourceTag/AgentRuntime":["$${aws:RequestTag/AgentRuntime}"]}}`,
		"TenantRole":     `"Action":["iam:DeleteRole","iam:GetRole","iam:GetRolePolicy"]`,
		"PassTenantRole": `"Action":["iam:PassRole"],"Condition":{"StringEquals":{"iam:PassedToService":["bedrock-agentcore.amazonaws.com"]}}`,
	} {
		tenant := "*"
		if sid == "CreateTenantRole" || sid == "TagTenantRole" {
			tenant = "$${aws:RequestTag/TenantId}" // the name is the tag's
		}
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow","Resource":["arn:aws:iam::333333333333:role/flowops/tenants/flowops-prod-tenant-`+tenant+`"],`+want+`}`)
	}
	linked := map[string]string{
		"RuntimeIdentityRole": "runtime-identity.bedrock-agentcore.amazonaws.com/AWSServiceRoleForBedrockAgentCoreRuntimeIdentity",
		"RuntimeNetworkRole":  "network.bedrock-agentcore.amazonaws.com/AWSServiceRoleForBedrockAgentCoreNetwork",
	}
	for sid, role := range linked {
		service, _, _ := strings.Cut(role, "/")
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow","Action":["iam:CreateServiceLinkedRole"],
			"Resource":["arn:aws:iam::333333333333:role/aws-service-role/`+role+`"],"Condition":{"StringEquals":{"iam:AWSServiceName":["`+service+`"]}}}`)
	}
	known := []string{"CreateTenantRole", "TenantRolePolicy", "TagTenantRole", "TenantRole", "PassTenantRole", "RuntimeIdentityRole", "RuntimeNetworkRole"}
	for _, s := range policy["Statement"].([]any) {
		for _, action := range texts(synth.Get(s, "Action")) {
			if strings.HasPrefix(action, "iam:") && !slices.Contains(known, synth.Get(s, "Sid").(string)) {
				t.Errorf("%v allows %s", synth.Get(s, "Sid"), action)
			}
			if strings.Contains(action, "*") {
				t.Errorf("%v allows %s", synth.Get(s, "Sid"), action)
			}
		}
	}
}

func TestAIProvisionerRuntimes(t *testing.T) {
	tags := `"StringEquals":{"aws:RequestTag/Project":["flowops"],"aws:RequestTag/Environment":["%s"]}`
	placed := `"ForAllValues:StringEquals":{"bedrock-agentcore:securityGroups":["flowops-prod-agent-security-group"]},
		"Null":{"bedrock-agentcore:securityGroups":["false"],"bedrock-agentcore:subnets":["false"]}`
	for name, conditions := range map[string]struct{ create, update string }{
		"dev":  {`{` + strings.ReplaceAll(tags, "%s", "dev") + `}`, "null"},
		"prod": {`{` + strings.ReplaceAll(tags, "%s", "prod") + `,` + placed + `}`, `{` + placed + `}`},
	} {
		cfg := loadEnv(t, name)
		d, _ := aiOf(t, cfg)
		policy := aiProvisionerPolicy(t, d)
		core := "arn:aws:bedrock-agentcore:eu-central-1:" + cfg.Account.ID + ":"
		runtimes := `["` + core + `runtime/flowops_` + name + `_*"]`
		aiWant(t, name+" CreateRuntime", aiStatement(t, policy, "CreateRuntime")["Condition"], conditions.create)
		aiWant(t, name+" UpdateRuntime", aiStatement(t, policy, "UpdateRuntime")["Condition"], conditions.update)
		aiWant(t, name+" UpdateRuntime", aiStatement(t, policy, "UpdateRuntime")["Resource"], runtimes)
		aiWant(t, name+" Runtime", aiStatement(t, policy, "Runtime"), `{"Sid":"Runtime","Effect":"Allow","Resource":`+runtimes+`,"Action":[
			"bedrock-agentcore:DeleteAgentRuntime","bedrock-agentcore:DeleteAgentRuntimeEndpoint","bedrock-agentcore:GetAgentRuntime",
			"bedrock-agentcore:GetAgentRuntimeEndpoint","bedrock-agentcore:UpdateAgentRuntimeEndpoint"]}`)
		identity := core + "workload-identity-directory/default"
		own := strings.ReplaceAll(tags, "%s", name)
		for sid, want := range map[string][2]string{
			"CreateIdentity": {`["` + identity + `","` + identity + `/workload-identity/*"]`, `{` + own + `}`},
			"TagRuntime": {
				`["` + core + `runtime/*","` + identity + `","` + identity + `/workload-identity/*"]`,
				`{` + own + `,"StringEqualsIfExists":{"aws:ResourceTag/TenantId":["$${aws:RequestTag/TenantId}"]}}`,
			},
		} {
			aiWant(t, name+" "+sid, aiStatement(t, policy, sid)["Resource"], want[0])
			aiWant(t, name+" "+sid, aiStatement(t, policy, sid)["Condition"], want[1])
		}
		aiWant(t, name+" DeleteIdentity", aiStatement(t, policy, "DeleteIdentity")["Resource"],
			`["`+identity+`","`+identity+`/workload-identity/flowops_`+name+`_*"]`)
		aiWant(t, name+" RuntimeLogGroup", aiStatement(t, policy, "RuntimeLogGroup")["Resource"],
			`["arn:aws:logs:eu-central-1:`+cfg.Account.ID+`:log-group:/aws/bedrock-agentcore/runtimes/flowops_`+name+`_*"]`)
		for _, s := range policy["Statement"].([]any) {
			if slices.Contains(texts(synth.Get(s, "Action")), "bedrock-agentcore:InvokeAgentRuntime") {
				t.Errorf("%s: the provisioner can talk to tenants' agents", name)
			}
		}
		// The wildcards that AWS leaves no choice about are excused one by one.
		suppressed := d.One(t, "aws_iam_role_policy", aiProvisioner+"/role/policy").Get("//", "suppress").(map[string]any)
		for _, sid := range []string{"CreateRuntime", "FindRuntime", "CreateEndpoint", "TagRuntime"} {
			if suppressed["FO-IAM-002/"+sid] == nil {
				t.Errorf("%s: %s is not excused", name, sid)
			}
		}
	}
}

func TestAIProvisionerReach(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, _ := aiOf(t, cfg)
	policy, bucket := aiProvisionerPolicy(t, d), "arn:aws:s3:::flowops-dev-agents-111111111111-eu-central-1/"
	for sid, want := range map[string]string{
		"People": `"Action":["cognito-idp:AdminAddUserToGroup","cognito-idp:AdminCreateUser","cognito-idp:AdminDeleteUser","cognito-idp:AdminGetUser",
			"cognito-idp:AdminUserGlobalSignOut","cognito-idp:ListUsers"],"Resource":["` + *Sample[FoundationOutputs](cfg).UserPoolARN + `"]`,
		"MakeAPIKey":  `"Action":["apigateway:GET","apigateway:POST"],"Resource":["arn:aws:apigateway:eu-central-1::/apikeys"]`,
		"APIKey":      `"Action":["apigateway:DELETE","apigateway:GET"],"Resource":["arn:aws:apigateway:eu-central-1::/apikeys/*"]`,
		"JoinPlan":    `"Action":["apigateway:POST"],"Resource":["arn:aws:apigateway:eu-central-1::/usageplans/*/keys"]`,
		"LeavePlan":   `"Action":["apigateway:DELETE","apigateway:GET"],"Resource":["arn:aws:apigateway:eu-central-1::/usageplans/*/keys/*"]`,
		"SearchAdmin": `"Action":["lambda:InvokeFunction"],"Resource":["${aws_lambda_alias.` + d.One(t, "aws_lambda_alias", "search-admin/live").Name + `.arn}"]`,
		"Artifacts":   `"Action":["s3:GetObject"],"Resource":["` + bucket + `definitions/v1/agent.json","` + bucket + `bundles/*"]`,
		"Events":      `"Action":["events:PutEvents"],"Resource":["` + cfg.EventBusARN() + `"],"Condition":{"ForAllValues:StringEquals":{"events:source":["flowops"]},"Null":{"events:source":["false"]}}`,
		"Parameters":  `"Action":["ssm:GetParameter"],"Resource":["arn:aws:ssm:eu-central-1:111111111111:parameter/flowops/dev/api/*"]`,
	} {
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow",`+want+`}`)
	}
	for _, s := range policy["Statement"].([]any) {
		for _, action := range texts(synth.Get(s, "Action")) {
			if strings.HasPrefix(action, "dynamodb:") || strings.HasPrefix(action, "es:") {
				t.Errorf("the execution role itself may %s", action)
			}
		}
	}
}

// Tenants' items are reached through the tenant access role alone.
func TestAIProvisionerTenantAccess(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, _ := aiOf(t, cfg)
	policy := d.One(t, "aws_iam_role_policy", aiProvisioner+"/tenant-access/policy").JSON(t, "policy")
	table := "${aws_dynamodb_table." + d.One(t, "aws_dynamodb_table", "agents/table").Name + ".arn}"
	for sid, want := range map[string]string{
		"Agents": `"Resource":["` + table + `","` + table + `/index/*"],"Action":["dynamodb:DeleteItem","dynamodb:GetItem","dynamodb:PutItem"]`,
		"Audit": `"Resource":["` + *Sample[DataOutputs](cfg).Audit.ARN + `","` + *Sample[DataOutputs](cfg).Audit.ARN + `/index/*"],
			"Action":["dynamodb:PutItem"]`,
	} {
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow",`+want+`,"Condition":{
			"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#$${aws:PrincipalTag/TenantId}","TENANT#$${aws:PrincipalTag/TenantId}#*"]},
			"Null":{"dynamodb:LeadingKeys":["false"]}}}`)
	}
}

// A tenant's name can make neither its role nor its runtime another one's.
func TestAITenantNames(t *testing.T) {
	cfg := loadEnv(t, "staging")
	for _, fn := range contract.Functions() {
		if strings.HasPrefix(cfg.Name(fn.Name), tenantRolePrefix(cfg)) {
			t.Errorf("the role of %s could be a tenant's", fn.Name)
		}
	}
	longest := strings.Repeat("a", 32)
	if n := len(tenantRolePrefix(cfg) + longest); n > 64 {
		t.Errorf("a role's name can have %d characters", n)
	}
	if got := contract.RuntimeName(runtimePrefix(cfg), "acme-eu"); got != "flowops_staging_acme_eu" {
		t.Errorf("runtime %s", got)
	}
}
