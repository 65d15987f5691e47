package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// computeDocuments synthesizes compute for environments, each once, by name.
func computeDocuments(t testing.TB, configs ...envs.Config) map[string]synth.Document {
	t.Helper()
	bundle := synth.File(t, "function.zip")
	return synth.Documents(t, func(app cdktf.App) {
		for _, cfg := range configs {
			in := ComputeInputs{Literal(Sample[FoundationOutputs](cfg)), Literal(Sample[DataOutputs](cfg)), Literal(Sample[AIOutputs](cfg))}
			NewCompute(app, cfg.Environment, cfg, in, Artifacts{Functions: func(string) string { return bundle }})
		}
	})
}

func computeFunctions() []contract.Function {
	return []contract.Function{
		contract.AgentInvoke, contract.SafeActions, contract.DocumentIngestion, contract.WebSocket, contract.WebSocketAuthorizer, contract.Records,
	}
}

// policyLines is a policy, one line a statement, with references as "<path>".
func policyLines(d synth.Document, policy map[string]any) []string {
	var replace []string
	for _, r := range d.Resources("") {
		replace = append(replace, "${"+r.Type+"."+r.Name+".", "<"+r.Path+".")
	}
	var lines []string
	for _, statement := range policy["Statement"].([]any) {
		s := statement.(map[string]any)
		line := fmt.Sprintf("%v: %v on %v", s["Sid"], strings.Join(texts(s["Action"]), " "), strings.Join(texts(s["Resource"]), " "))
		if s["Effect"] == "Deny" {
			line = "DENY " + line
		}
		conditions, _ := s["Condition"].(map[string]any)
		for _, operator := range slices.Sorted(maps.Keys(conditions)) {
			keys := conditions[operator].(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				line += fmt.Sprintf("; %s %s %s", operator, key, strings.Join(texts(keys[key]), " "))
			}
		}
		lines = append(lines, strings.NewReplacer(replace...).Replace(line))
	}
	return lines
}

// Properties 6 and 12, plan 5.1 to 5.6: sizes, and what lets people see what a
// function does.
func TestComputeFunctions(t *testing.T) {
	dev, prod := loadEnv(t, "dev"), loadEnv(t, "prod")
	documents := computeDocuments(t, dev, prod)
	sizes := map[string][2]float64{
		"agent-invoke": {1024, 60}, "safe-actions": {256, 15}, "document-ingestion": {1024, 300},
		"websocket": {256, 10}, "websocket-authorizer": {256, 5}, "records": {256, 15},
	}
	for _, cfg := range []envs.Config{dev, prod} {
		d, key := documents[cfg.Environment], *Sample[FoundationOutputs](cfg).KMSKeyARN
		if got, want := len(d.Resources("aws_lambda_function")), len(sizes); got != want {
			t.Errorf("%s: %d functions, want %d", cfg.Environment, got, want)
		}
		for _, fn := range computeFunctions() {
			t.Run(cfg.Environment+" "+fn.Name, func(t *testing.T) {
				f, logs := d.One(t, "aws_lambda_function", fn.Name+"/function"), d.One(t, "aws_cloudwatch_log_group", fn.Name+"/logs")
				size := sizes[fn.Name]
				for _, c := range []struct {
					want any
					at   []any
				}{
					{cfg.Name(fn.Name), []any{"function_name"}},
					{size[0], []any{"memory_size"}},
					{size[1], []any{"timeout"}},
					{"Active", []any{"tracing_config", "mode"}},
					{"JSON", []any{"logging_config", "log_format"}},
					{cfg.Functions.LogLevel, []any{"logging_config", "application_log_level"}},
					{key, []any{"kms_key_arn"}},
				} {
					if got := f.Get(c.at...); got != c.want {
						t.Errorf("%v is %v, want %v", c.at, got, c.want)
					}
				}
				if fn.Chat && (size[0] < 512 || size[1] < 30) {
					t.Errorf("a chat function has %v MB and %v s", size[0], size[1])
				}
				if logs.Get("retention_in_days") != float64(cfg.Functions.LogRetention) || logs.Get("kms_key_id") != key {
					t.Errorf("log group: %v", logs.Attributes)
				}
				// Only what talks to the search domain is in the VPC.
				placed := f.Get("vpc_config") != nil
				if want := cfg.Network.Enabled && fn.Name == contract.DocumentIngestion.Name; placed != want {
					t.Errorf("in the VPC: %v, want %v", placed, want)
				}
				// Later stacks call the live alias, and are handed no more than they need.
				workflow := fn.Name == contract.DocumentIngestion.Name
				managed := fn.Name == contract.AgentInvoke.Name || fn.Name == contract.WebSocket.Name
				alias := d.One(t, "aws_lambda_alias", fn.Name+"/live").Name
				prefix := strings.NewReplacer("websocket", "web_socket", "-", "_").Replace(fn.Name)
				outputs := d["output"].(map[string]any)
				for output, want := range map[string]any{
					"_live_arn":          only(workflow, "${aws_lambda_alias."+alias+".arn}"),
					"_live_invoke_arn":   only(!workflow, "${aws_lambda_alias."+alias+".invoke_arn}"),
					"_role_name":         only(managed, "${aws_iam_role."+d.One(t, "aws_iam_role", fn.Name+"/role/role").Name+".name}"),
					"_name":              "${aws_lambda_function." + f.Name + ".function_name}",
					"_log_group":         "${aws_cloudwatch_log_group." + logs.Name + ".name}",
					"_dead_letter_queue": "${aws_sqs_queue." + d.One(t, "aws_sqs_queue", fn.Name+"/dead-letters/queue").Name + ".name}",
				} {
					if got := synth.Get(outputs, prefix+output, "value"); got != want {
						t.Errorf("output %s%s is %v, want %v", prefix, output, got, want)
					}
				}
			})
		}
	}
	ingestion := documents["prod"].One(t, "aws_lambda_function", "document-ingestion/function")
	f := Sample[FoundationOutputs](prod)
	if got := texts(ingestion.Get("vpc_config", "security_group_ids")); !slices.Equal(got, []string{*f.FunctionSecurityGroup}) {
		t.Errorf("security groups %v", got)
	}
	if got := texts(ingestion.Get("vpc_config", "subnet_ids")); !slices.Equal(got, []string{*(*f.PrivateSubnetIDs)[0], *(*f.PrivateSubnetIDs)[1]}) {
		t.Errorf("subnets %v", got)
	}
	if documents["prod"].One(t, "aws_lambda_provisioned_concurrency_config", "agent-invoke/warm").Get("provisioned_concurrent_executions") != 5.0 {
		t.Error("chat is not kept warm in prod")
	}
}

// The environment of each function is that of its contract, with the values of
// this environment.
func TestComputeEnvironment(t *testing.T) {
	cfg := loadEnv(t, "dev")
	prod := loadEnv(t, "prod")
	documents := computeDocuments(t, cfg, prod)
	for _, fn := range []contract.Function{contract.AgentInvoke, contract.WebSocket} {
		got := documents["prod"].One(t, "aws_lambda_function", fn.Name+"/function").Get("environment", "variables", contract.EnvWebSocketDomain)
		if got != prod.API.Domain.WebSocket || got == "" {
			t.Errorf("%s in prod: domain %v", fn.Name, got)
		}
	}
	d := documents["dev"]
	data, f, ai := Sample[DataOutputs](cfg), Sample[FoundationOutputs](cfg), Sample[AIOutputs](cfg)
	values := map[string]string{
		contract.EnvEnvironment: "dev", contract.EnvLogLevel: "DEBUG", contract.EnvMetricNamespace: "FlowOps",
		contract.EnvTicketsTable: *data.Tickets.Name, contract.EnvConversations: *data.Conversations.Name, contract.EnvMetadataTable: *data.Metadata.Name,
		contract.EnvConnectionsTable: *data.Connections.Name, contract.EnvAuditTable: *data.Audit.Name, contract.EnvAgentsTable: *ai.Agents.Name,
		contract.EnvDocumentsBucket: *data.DocumentsBucket, contract.EnvSearchEndpoint: *data.SearchEndpoint,
		contract.EnvEventBus:        "flowops-dev-events",
		contract.EnvStateMachineARN: "arn:aws:states:eu-central-1:111111111111:stateMachine:flowops-dev-ingestion",
		contract.EnvSessionKeyID:    *f.SessionKeyARN, contract.EnvUserPoolID: *f.UserPoolID, contract.EnvUserPoolClientID: *f.UserPoolClientID,
		contract.EnvEmbeddingModel: *ai.EmbeddingModel, contract.EnvEmbeddingDims: "1024", contract.EnvAllowedOrigins: "https://dev.flowops.example",
		contract.EnvAgentInvoke: "${aws_lambda_function." + d.One(t, "aws_lambda_function", "agent-invoke/function").Name + ".function_name}:${aws_lambda_alias." +
			d.One(t, "aws_lambda_alias", "agent-invoke/live").Name + ".name}",
		contract.EnvWebSocketDomain: "none",
	}
	for _, fn := range computeFunctions() {
		want := map[string]any{}
		for _, name := range slices.Concat(contract.CommonEnvironment, fn.Environment) {
			want[name] = values[name]
			if name == contract.EnvTenantRoleARN {
				want[name] = "${aws_iam_role." + d.One(t, "aws_iam_role", fn.Name+"/tenant-access/role").Name + ".arn}"
			}
		}
		if d := cmp.Diff(want, d.One(t, "aws_lambda_function", fn.Name+"/function").Get("environment", "variables")); d != "" {
			t.Errorf("%s (-want +got):\n%s", fn.Name, d)
		}
	}
}

// only is the value where it is wanted, and nothing elsewhere.
func only(wanted bool, value string) any {
	if !wanted {
		return nil
	}
	return value
}
