package stacks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// observedIn is what observability watches in an environment, with sample
// outputs of the stacks before it.
func observedIn(cfg envs.Config) observed {
	return observed{
		cfg: cfg, foundation: Sample[FoundationOutputs](cfg), data: Sample[DataOutputs](cfg), ai: Sample[AIOutputs](cfg),
		compute: Sample[ComputeOutputs](cfg), orchestration: Sample[OrchestrationOutputs](cfg), api: Sample[APIOutputs](cfg),
	}
}

func observabilityOf(t testing.TB, cfg envs.Config) synth.Document {
	t.Helper()
	return synth.Documents(t, func(app cdktf.App) {
		o := observedIn(cfg)
		NewObservability(app, "observability", cfg, ObservabilityInputs{
			Foundation: Literal(o.foundation), Data: Literal(o.data), AI: Literal(o.ai), Compute: Literal(o.compute),
			Orchestration: Literal(o.orchestration), API: Literal(o.api),
		})
	})["observability"]
}

func TestObservabilityWatchesAllThatTheContractNames(t *testing.T) {
	o := observedIn(loadEnv(t, "dev"))
	var functions, tables, want []string
	for _, f := range o.functions() {
		functions = append(functions, f.Function.Name)
		if !strings.Contains(*f.FunctionOutputs.Name, f.Function.Name) && f.Function.Name != contract.WebSocket.Name && f.Function.Name != contract.WebSocketAuthorizer.Name {
			t.Errorf("%s is given the outputs of %s", f.Function.Name, *f.FunctionOutputs.Name)
		}
	}
	for _, f := range contract.Functions() {
		want = append(want, f.Name)
	}
	slices.Sort(functions)
	slices.Sort(want)
	if d := cmp.Diff(want, functions); d != "" {
		t.Errorf("functions (-contract +observed):\n%s", d)
	}
	for _, table := range o.tables() {
		tables = append(tables, table.Table.Name)
		if !strings.HasSuffix(table.name(), table.Table.Name+"-name") {
			t.Errorf("%s is given the outputs of %s", table.Table.Name, table.name())
		}
	}
	want = nil
	for _, table := range contract.Tables() {
		want = append(want, table.Name)
	}
	slices.Sort(tables)
	slices.Sort(want)
	if d := cmp.Diff(want, tables); d != "" {
		t.Errorf("tables (-contract +observed):\n%s", d)
	}
}

func TestObservabilityOutputs(t *testing.T) {
	d := observabilityOf(t, loadEnv(t, "dev"))
	outputs, _ := d["output"].(map[string]any)
	for name, want := range map[string]string{
		"dashboard": "aws_cloudwatch_dashboard", "trail_arn": "aws_cloudtrail", "trail_bucket": "aws_s3_bucket",
	} {
		value, _ := synth.Get(outputs[name], "value").(string)
		if !strings.HasPrefix(value, "${"+want+".") {
			t.Errorf("output %s is %q, want a reference to %s", name, value, want)
		}
	}
}

func TestObservabilityTenantInsights(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	var groups []any
	for _, f := range o.functions() {
		groups = append(groups, *f.LogGroup)
	}
	for id, metric := range map[string]string{"tenant-requests": "TenantRequestCount", "tenant-errors": "Errors"} {
		rule := d.One(t, "aws_cloudwatch_contributor_insight_rule", id)
		if rule.Get("rule_name") != "flowops-prod-"+id || rule.Get("rule_state") != "ENABLED" {
			t.Errorf("%s is %v, %v", id, rule.Get("rule_name"), rule.Get("rule_state"))
		}
		want := map[string]any{
			"Schema": map[string]any{"Name": "CloudWatchLogRule", "Version": 1.0}, "LogFormat": "JSON", "LogGroupNames": groups,
			"Contribution": map[string]any{
				"Keys": []any{"$.TenantId"}, "ValueOf": "$." + metric, "Filters": []any{map[string]any{"Match": "$." + metric, "GreaterThan": 0.0}},
			},
			"AggregateOn": "Sum",
		}
		if d := cmp.Diff(want, rule.JSON(t, "rule_definition")); d != "" {
			t.Errorf("%s (-want +got):\n%s", id, d)
		}
	}
}

func TestObservabilityTracing(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	group := d.One(t, "aws_xray_group", "traces")
	filter, _ := group.Get("filter_expression").(string)
	for _, f := range o.functions() {
		if !strings.Contains(filter, `service("`+*f.FunctionOutputs.Name+`")`) {
			t.Errorf("traces of %s are in no group: %s", f.Function.Name, filter)
		}
	}
	if name, _ := group.Get("group_name").(string); name != "flowops-prod" || group.Get("insights_configuration", "insights_enabled") != true {
		t.Errorf("group %q, insights %v", name, group.Get("insights_configuration"))
	}
	rule := d.One(t, "aws_xray_sampling_rule", "sampling")
	if got, want := rule.Get("service_name"), *o.api.RestAPIName+"/"+*o.api.RestStage; got != want {
		t.Errorf("sampling is for %v, want %s", got, want)
	}
	if rule.Get("service_type") != "AWS::ApiGateway::Stage" || rule.Get("reservoir_size") != 10.0 || rule.Get("fixed_rate") != 0.1 {
		t.Errorf("sampling %v", rule.Attributes)
	}
	if name, _ := rule.Get("rule_name").(string); name == "" || len(name) > 32 {
		t.Errorf("sampling rule's name %q has not 1 to 32 characters", name)
	}
	encryption := d.One(t, "aws_xray_encryption_config", "trace-encryption")
	if encryption.Get("type") != "KMS" || encryption.Get("key_id") != *o.foundation.KMSKeyARN {
		t.Errorf("traces are encrypted with %v %v", encryption.Get("type"), encryption.Get("key_id"))
	}
	cfg.Account.OwnsSingletons, cfg.AI.InvocationLogging = false, false
	if n := len(observabilityOf(t, cfg).Resources("aws_xray_encryption_config")); n != 0 {
		t.Error("an environment that does not own the account's settings changes how it encrypts traces")
	}
}

func TestObservabilityQueries(t *testing.T) {
	cfg := loadEnv(t, "dev")
	d, o := observabilityOf(t, cfg), observedIn(cfg)
	chat := []string{*o.compute.AgentInvoke.LogGroup}
	var all []string
	for _, g := range o.logGroups() {
		all = append(all, *g)
	}
	trail := []string{"${aws_cloudwatch_log_group.trail_logs_"}
	tests := map[string]struct {
		groups []string
		holds  []string
	}{
		"slow-chats":              {chat, []string{"filter ChatLatency > 10000\n", "TenantId"}},
		"errors-by-function":      {all, []string{`level = "ERROR"`, "by function"}},
		"refusals":                {chat, []string{"filter Refusals > 0\n", "stats sum(Refusals) as refusals by TenantId"}},
		"retrieval-quality":       {chat, []string{"ispresent(RAGRetrievalHits)"}},
		"retrieval-threshold":     {chat, []string{"filter bestScore > 0\n", "floor(bestScore * 50) / 50 as score", "count(*) as answers by score, refused"}},
		"requests-by-tenant":      {all, []string{"stats sum(TenantRequestCount) as requests by TenantId"}},
		"security-events":         {all, []string{"ispresent(securityEvent)"}},
		"refused-calls":           {trail, []string{"AccessDenied", "by userIdentity.arn"}},
		"who-reached-tenant-data": {trail, []string{`eventCategory = "Data"`}},
		"model-cost":              {[]string{*o.ai.InvocationLogGroup}, []string{"sum(input.inputTokenCount)", "sum(output.outputTokenCount)", "by modelId, caller"}},
	}
	for id, want := range tests {
		q := d.One(t, "aws_cloudwatch_query_definition", "query-"+id)
		if q.Get("name") != "flowops-dev/"+id {
			t.Errorf("%s is called %v", id, q.Get("name"))
		}
		groups := texts(q.Get("log_group_names"))
		same := slices.Equal(groups, want.groups)
		if &want.groups[0] == &trail[0] {
			same = len(groups) == 1 && strings.HasPrefix(groups[0], trail[0])
		}
		if !same {
			t.Errorf("%s reads %v, want %v", id, groups, want.groups)
		}
		text, _ := q.Get("query_string").(string)
		for _, part := range want.holds {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not hold %q:\n%s", id, part, text)
			}
		}
	}
	if n := len(d.Resources("aws_cloudwatch_query_definition")); n != len(tests) {
		t.Errorf("%d queries, %d of them tested", n, len(tests))
	}
}

func TestObservabilityWithoutInvocationLog(t *testing.T) {
	cfg := loadEnv(t, "dev")
	cfg.AI.InvocationLogging = false
	o := observedIn(cfg)
	raw, err := json.Marshal(observabilityOf(t, cfg))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), *o.ai.InvocationLogGroup) {
		t.Error("the stack reads an invocation log that is not there")
	}
}

// With remote state every value is known only at apply: nothing may look into one.
func TestObservabilityFromRemoteState(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d := synth.Documents(t, func(app cdktf.App) {
		NewObservability(app, "observability", cfg, ObservabilityInputs{
			Foundation: RemoteState[FoundationOutputs](cfg, "foundation"), Data: RemoteState[DataOutputs](cfg, "data"), AI: RemoteState[AIOutputs](cfg, "ai"),
			Compute: RemoteState[ComputeOutputs](cfg, "compute"), Orchestration: RemoteState[OrchestrationOutputs](cfg, "orchestration"), API: RemoteState[APIOutputs](cfg, "api"),
		})
	})["observability"]
	actions := texts(d.One(t, "aws_cloudwatch_metric_alarm", "alarm-error-rate").Get("alarm_actions"))
	if want := []string{"${data.terraform_remote_state.orchestration.outputs.alert_topic_arn}"}; !slices.Equal(actions, want) {
		t.Errorf("the alarm notifies %v, want %v", actions, want)
	}
	// The dashboard stays JSON when values are references.
	d.One(t, "aws_cloudwatch_dashboard", "overview").JSON(t, "dashboard_body")
	d.One(t, "aws_cloudwatch_contributor_insight_rule", "tenant-requests").JSON(t, "rule_definition")
	d.One(t, "aws_s3_bucket_policy", "trail/bucket/policy").JSON(t, "policy")
}
