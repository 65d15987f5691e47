package constructs

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

func functionDocument(t *testing.T, props FunctionProps) synth.Document {
	t.Helper()
	return synth.Documents(t, func(app cdktf.App) { NewFunction(synth.Stack(app, "s"), "f", props) })["s"]
}

func sids(t *testing.T, policy map[string]any) []string {
	t.Helper()
	var names []string
	for _, s := range policy["Statement"].([]any) {
		names = append(names, synth.Get(s, "Sid").(string))
	}
	return names
}

// Properties 6 and 12 at the root: what every function has.
func TestFunctionWithTheFewestProps(t *testing.T) {
	d := functionDocument(t, goodFunction(t))
	f := d.One(t, "aws_lambda_function", "f/function")
	group := d.One(t, "aws_cloudwatch_log_group", "f/logs")
	for _, c := range []struct {
		want any
		at   []any
	}{
		{"flowops-dev-websocket-authorizer", []any{"function_name"}},
		{"provided.al2023", []any{"runtime"}},
		{"arm64", []any{"architectures", 0}},
		{"Active", []any{"tracing_config", "mode"}},
		{"JSON", []any{"logging_config", "log_format"}},
		{"${aws_cloudwatch_log_group." + group.Name + ".name}", []any{"logging_config", "log_group"}},
		{*keyARN, []any{"kms_key_arn"}},
		{true, []any{"publish"}},
		{256.0, []any{"memory_size"}},
		{10.0, []any{"timeout"}},
		{nil, []any{"vpc_config"}},
		{nil, []any{"reserved_concurrent_executions"}},
		{"pool", []any{"environment", "variables", "USER_POOL_ID"}},
	} {
		if got := f.Get(c.at...); got != c.want {
			t.Errorf("%v is %v, want %v", c.at, got, c.want)
		}
	}
	if group.Get("retention_in_days") != 14.0 || group.Get("kms_key_id") != *keyARN || group.Get("name") != "/aws/lambda/flowops-dev-websocket-authorizer" {
		t.Errorf("log group %v", group.Attributes)
	}
	if q := d.One(t, "aws_sqs_queue", "f/dead-letters/queue"); q.Get("kms_master_key_id") != *keyARN || q.Get("message_retention_seconds") != 14.0*24*60*60 {
		t.Errorf("dead letters %v", q.Attributes)
	}
	if !strings.Contains(f.Get("dead_letter_config", "target_arn").(string), "dead-letters") {
		t.Errorf("dead letters go to %v", f.Get("dead_letter_config"))
	}
	if a := d.One(t, "aws_lambda_alias", "f/live"); a.Get("name") != "live" || !strings.HasSuffix(a.Get("function_version").(string), ".version}") {
		t.Errorf("alias %v", a.Attributes)
	}
	policy := d.One(t, "aws_iam_role_policy", "f/role/policy").JSON(t, "policy")
	if diff := cmp.Diff([]string{"Logs", "Traces", "Environment", "DeadLetters", "DeadLettersKey"}, sids(t, policy)); diff != "" {
		t.Error(diff)
	}
	if n := len(d.Resources("aws_iam_role")); n != 1 {
		t.Errorf("%d roles", n)
	}
}

func TestFunctionWithAllProps(t *testing.T) {
	p := goodFunction(t)
	p.Function = contract.WebSocket
	delete(p.Environment, contract.EnvUserPoolID)
	delete(p.Environment, contract.EnvUserPoolClientID)
	for _, name := range contract.WebSocket.Environment {
		if name != contract.EnvTenantRoleARN {
			p.Environment[name] = jsii.String("of " + name)
		}
	}
	p.Tenant = []Statement{TenantItems("Connections", "arn:c", "dynamodb:GetItem")}
	p.Permissions = []Statement{Allow("Own", []string{"events:PutEvents"}, []string{"arn:bus"})}
	p.Placement = &Placement{SubnetIDs: jsii.Strings("subnet"), SecurityGroups: jsii.Strings("group")}
	p.ReservedConcurrency, p.ProvisionedConcurrency, p.AsyncRetries = 10, 2, 1
	d := functionDocument(t, p)
	f := d.One(t, "aws_lambda_function", "f/function")
	tenant := d.One(t, "aws_iam_role", "f/tenant-access/role")
	own := d.One(t, "aws_iam_role", "f/role/role")
	if f.Get("environment", "variables", "TENANT_ROLE_ARN") != "${aws_iam_role."+tenant.Name+".arn}" {
		t.Errorf("variables %v", f.Get("environment", "variables"))
	}
	if f.Get("vpc_config", "subnet_ids", 0) != "subnet" || f.Get("reserved_concurrent_executions") != 10.0 {
		t.Errorf("placement and concurrency: %v", f.Attributes)
	}
	if d.One(t, "aws_lambda_provisioned_concurrency_config", "f/warm").Get("provisioned_concurrent_executions") != 2.0 {
		t.Error("nothing is kept warm")
	}
	if a := d.One(t, "aws_lambda_function_event_invoke_config", "f/async"); a.Get("maximum_retry_attempts") != 1.0 || a.Get("maximum_event_age_in_seconds") != 60.0 {
		t.Errorf("asynchronous calls: %v", a.Attributes)
	}
	// The execution role may take its tenant access role; it holds no tenant data itself.
	policy := d.One(t, "aws_iam_role_policy", "f/role/policy")
	if diff := cmp.Diff([]string{"Logs", "Traces", "Environment", "DeadLetters", "DeadLettersKey", "NetworkInterfaces", "Own", "AssumeTenantRole"}, sids(t, policy.JSON(t, "policy"))); diff != "" {
		t.Error(diff)
	}
	if text := policy.Get("policy").(string); strings.Contains(text, "dynamodb:") || strings.Contains(text, "s3:") || strings.Contains(text, "es:") {
		t.Errorf("the execution role reaches data: %s", text)
	}
	trust := tenant.JSON(t, "assume_role_policy")
	if got := synth.Get(trust, "Statement", 0, "Principal", "AWS", 0); got != "${aws_iam_role."+own.Name+".arn}" {
		t.Errorf("the tenant access role is taken by %v", got)
	}
	if got := tenant.Get("name"); got != "flowops-dev-websocket-tenant" {
		t.Errorf("the tenant access role is %v", got)
	}
}
