package stacks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/synth"
)

func TestAPIStage(t *testing.T) {
	cfg := loadEnv(t, "prod")
	key := *Sample[FoundationOutputs](cfg).KMSKeyARN
	d := apiOf(t, cfg, apiInputs(cfg))
	stage := d.One(t, "aws_api_gateway_stage", "rest/stage")
	if stage.Get("stage_name") != "prod" || stage.Get("xray_tracing_enabled") != true || stage.Get("cache_cluster_enabled") != false {
		t.Errorf("%v", stage.Attributes)
	}
	settings := d.One(t, "aws_api_gateway_method_settings", "rest/settings")
	if settings.Get("method_path") != "*/*" {
		t.Errorf("settings of %v only", settings.Get("method_path"))
	}
	if diff := cmp.Diff(map[string]any{
		"metrics_enabled": true, "logging_level": "ERROR", "data_trace_enabled": false, "caching_enabled": false,
		"throttling_rate_limit": 1000.0, "throttling_burst_limit": 2000.0,
	}, settings.Get("settings")); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	for _, api := range []string{"rest", "websocket"} {
		for _, log := range []string{"access-log", "execution-log"} {
			group := d.One(t, "aws_cloudwatch_log_group", api+"/"+log)
			if group.Get("kms_key_id") != key || group.Get("retention_in_days") != 365.0 {
				t.Errorf("%s %s: %v", api, log, group.Attributes)
			}
		}
	}
	if name := d.One(t, "aws_cloudwatch_log_group", "rest/execution-log").Get("name").(string); !strings.HasPrefix(name, "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.") || !strings.HasSuffix(name, ".id}/prod") {
		t.Errorf("API Gateway logs executions elsewhere than in %s", name)
	}
	access := referred(t, d, stage.Get("access_log_settings", "destination_arn"), "aws_cloudwatch_log_group")
	if access.Get("name") != "/aws/apigateway/flowops-prod-rest/access" || stage.Get("access_log_settings", "format") != blocks.RestAccessLog() {
		t.Errorf("access log %v as %v", access.Get("name"), stage.Get("access_log_settings", "format"))
	}
	// Its logs can't be written, and the stage not made, before the account lets it.
	if !slices.ContainsFunc(texts(stage.Get("depends_on")), func(s string) bool { return strings.HasPrefix(s, "aws_api_gateway_account.") }) {
		t.Errorf("the stage waits for %v", stage.Get("depends_on"))
	}
}

// The setting is the account's: one environment of an account has it.
func TestAPIAccount(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := apiOf(t, cfg, apiInputs(cfg))
	account := d.One(t, "aws_api_gateway_account", "account")
	role := referred(t, d, account.Get("cloudwatch_role_arn"), "aws_iam_role")
	if got := synth.Get(role.JSON(t, "assume_role_policy"), "Statement", 0, "Principal", "Service", 0); got != "apigateway.amazonaws.com" {
		t.Errorf("%v may write logs", got)
	}
	policy := d.One(t, "aws_iam_role_policy_attachment", "account/policy")
	if policy.Get("policy_arn") != "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs" ||
		referred(t, d, policy.Get("role"), "aws_iam_role").Name != role.Name || account.Get("depends_on", 0) != "aws_iam_role_policy_attachment."+policy.Name {
		t.Errorf("%v", policy.Attributes)
	}
	cfg.Account.OwnsSingletons = false
	d = apiOf(t, cfg, apiInputs(cfg))
	if n := len(d.Resources("aws_api_gateway_account")) + len(d.Resources("aws_iam_role")); n != 0 {
		t.Error("an environment that does not own the account's settings changes them")
	}
}

// A change of anything that shapes an API deploys it; depends_on alone would not.
func TestAPIDeployments(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d := apiOf(t, cfg, apiInputs(cfg))
	deployment := d.One(t, "aws_api_gateway_deployment", "rest/deployment")
	definition, err := blocks.DefineRest(contract.Routes(), cfg.API.Origins, cfg.API.CacheTTLSeconds)
	if err != nil {
		t.Fatal(err)
	}
	foundation, functions := Sample[FoundationOutputs](cfg), apiFunctions(cfg)
	want := map[string]any{"definition": definition.Fingerprint(), "user-pool": *foundation.UserPoolARN}
	for _, f := range []string{"agent-invoke", "safe-actions", "records", "agent-provisioner"} {
		want[f] = *functions[f].LiveInvokeARN
	}
	if diff := cmp.Diff(want, deployment.Get("triggers")); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
	socket := d.One(t, "aws_apigatewayv2_deployment", "websocket/deployment")
	if diff := cmp.Diff(map[string]any{
		"definition": blocks.DefineWebSocket(contract.WebSocketRoutes()).Fingerprint(),
		"authorizer": *functions["websocket-authorizer"].LiveInvokeARN, "handler": *functions["websocket"].LiveInvokeARN,
	}, socket.Get("triggers")); diff != "" {
		t.Errorf("WebSocket triggers (-want +got):\n%s", diff)
	}
	// A deployment is a copy: it is made after all of this.
	for deployed, kinds := range map[*synth.Resource][]string{
		&deployment: {"aws_api_gateway_integration_response", "aws_api_gateway_gateway_response", "aws_api_gateway_rest_api_policy"},
		&socket:     {"aws_apigatewayv2_route"},
	} {
		if deployed.Get("lifecycle", "create_before_destroy") != true {
			t.Errorf("%s: the stage would be without a deployment", deployed.Path)
		}
		after := texts(deployed.Get("depends_on"))
		for _, kind := range kinds {
			for _, r := range d.Resources(kind) {
				if !slices.Contains(after, kind+"."+r.Name) {
					t.Errorf("%s does not wait for %s", deployed.Path, r.Path)
				}
			}
		}
	}
	for _, r := range d.Resources("aws_api_gateway_integration") {
		if r.Get("type") == "AWS_PROXY" && !slices.Contains(texts(deployment.Get("depends_on")), "aws_api_gateway_integration."+r.Name) {
			t.Errorf("the deployment does not wait for %s", r.Path)
		}
	}
}

// Values of other stacks are references; none may get into a fingerprint, where
// it would change from synth to synth.
func TestAPIDeploymentFromRemoteState(t *testing.T) {
	cfg := loadEnv(t, "dev")
	trigger := func(in APIInputs) synth.Resource {
		return apiOf(t, cfg, in).One(t, "aws_api_gateway_deployment", "rest/deployment")
	}
	remote := trigger(APIInputs{
		Foundation: RemoteState[FoundationOutputs](cfg, Foundation), AI: RemoteState[AIOutputs](cfg, AI), Compute: RemoteState[ComputeOutputs](cfg, Compute),
	})
	if remote.Get("triggers", "definition") != trigger(apiInputs(cfg)).Get("triggers", "definition") {
		t.Error("the fingerprint depends on where the inputs come from")
	}
	if got := remote.Get("triggers", "user-pool"); got != "${data.terraform_remote_state.foundation.outputs.user_pool_arn}" {
		t.Errorf("another user pool deploys by %v", got)
	}
	before := remote.Get("triggers", "definition")
	cfg.API.Origins = []string{"https://other.example"}
	if trigger(apiInputs(cfg)).Get("triggers", "definition") == before {
		t.Error("another origin deploys nothing")
	}
}

// Requirement 7.4: a plan for each tier, and its id where the provisioner reads it.
func TestAPIUsagePlans(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := apiOf(t, cfg, apiInputs(cfg))
	rest, stage := d.One(t, "aws_api_gateway_rest_api", "rest/api"), d.One(t, "aws_api_gateway_stage", "rest/stage")
	if rest.Get("api_key_source") != "HEADER" {
		t.Errorf("keys come from %v", rest.Get("api_key_source"))
	}
	parameter := d.One(t, "aws_ssm_parameter", "parameter-usage-plans")
	published := map[string]string{}
	if err := json.Unmarshal([]byte(parameter.Get("value").(string)), &published); err != nil {
		t.Fatal(err)
	}
	for tier, want := range map[string][3]float64{"standard": {5, 10, 5_000}, "premium": {20, 40, 50_000}, "enterprise": {100, 200, 500_000}} {
		p := d.One(t, "aws_api_gateway_usage_plan", "plan-"+tier)
		got := [3]any{p.Get("throttle_settings", "rate_limit"), p.Get("throttle_settings", "burst_limit"), p.Get("quota_settings", "limit")}
		if got != [3]any{want[0], want[1], want[2]} || p.Get("quota_settings", "period") != "DAY" {
			t.Errorf("%s: %v a %v", tier, got, p.Get("quota_settings", "period"))
		}
		if referred(t, d, p.Get("api_stages", 0, "api_id"), "aws_api_gateway_rest_api").Name != rest.Name ||
			referred(t, d, p.Get("api_stages", 0, "stage"), "aws_api_gateway_stage").Name != stage.Name {
			t.Errorf("%s: stages %v", tier, p.Get("api_stages"))
		}
		if published[tier] != "${aws_api_gateway_usage_plan."+p.Name+".id}" {
			t.Errorf("%s: published as %q", tier, published[tier])
		}
	}
	if len(published) != len(cfg.API.Tiers) {
		t.Errorf("published %v", published)
	}
	if n := len(d.Resources("aws_api_gateway_api_key")); n != 0 {
		t.Error("tenants get their keys when they are onboarded")
	}
}
