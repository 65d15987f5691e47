package stacks

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// aiArtifacts are bundles of a few bytes.
func aiArtifacts(t testing.TB) Artifacts {
	t.Helper()
	dir := t.TempDir()
	write := func(name string) string {
		path := filepath.Join(dir, name+".zip")
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return Artifacts{Functions: write, Agent: write("agent")}
}

func aiOf(t testing.TB, cfg envs.Config) (synth.Document, AIOutputs) {
	t.Helper()
	artifacts := aiArtifacts(t)
	var out AIOutputs
	documents := synth.Documents(t, func(app cdktf.App) {
		_, out = NewAI(app, "ai", cfg, AIInputs{Literal(Sample[FoundationOutputs](cfg)), Literal(Sample[DataOutputs](cfg))}, artifacts)
	})
	return documents["ai"], out
}

// aiStatement is a statement of a synthesized policy, by its Sid.
func aiStatement(t testing.TB, policy map[string]any, sid string) map[string]any {
	t.Helper()
	for _, s := range policy["Statement"].([]any) {
		if m := s.(map[string]any); m["Sid"] == sid {
			return m
		}
	}
	t.Fatalf("no statement %s", sid)
	return nil
}

// aiWant compares what was synthesized with what is wanted, as JSON.
func aiWant(t testing.TB, what string, got any, want string) {
	t.Helper()
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(w, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Plan 6.6: everything that the stack promises to later ones is exported.
func TestAIOutputs(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		cfg := loadEnv(t, name)
		d, _ := aiOf(t, cfg)
		outputs := d["output"].(map[string]any)
		for _, o := range OutputDocs(AIOutputs{}) {
			if outputs[o.Name] == nil {
				t.Errorf("%s: no output %s", name, o.Name)
			}
		}
		for output, want := range map[string]string{
			"generation_model": "global.anthropic.claude-sonnet-4-6", "embedding_model": "amazon.titan-embed-text-v2:0",
			"guardrail_arn":     "${aws_bedrock_guardrail.guardrail.guardrail_arn}",
			"guardrail_id":      "${aws_bedrock_guardrail.guardrail.guardrail_id}",
			"guardrail_version": "${aws_bedrock_guardrail_version.guardrail-version.version}",
		} {
			if got := synth.Get(outputs[output], "value"); got != want {
				t.Errorf("%s: output %s is %v, want %s", name, output, got, want)
			}
		}
		agents := synth.Get(outputs["agents_arn"], "value").(string)
		if !strings.HasPrefix(agents, "${aws_dynamodb_table.agents") || !strings.HasSuffix(agents, ".arn}") {
			t.Errorf("%s: output agents_arn is %s", name, agents)
		}
	}
}

// Plan 6.3 and property 16: the table is keyed by tenant, and its items hold
// the agent's ARN, its endpoint and its tools.
func TestAIAgentsTable(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	table := d.One(t, "aws_dynamodb_table", "agents/table")
	if table.Get("name") != "flowops-prod-agents" || table.Get("hash_key") != "PK" || table.Get("range_key") != "SK" {
		t.Errorf("table %v keyed by %v and %v", table.Get("name"), table.Get("hash_key"), table.Get("range_key"))
	}
	aiWant(t, "attributes", table.Get("attribute"), `[{"name":"PK","type":"S"},{"name":"SK","type":"S"}]`)
	if contract.Agents.PK.Pattern != "TENANT#<t>" || contract.Agents.SK.Pattern != "AGENT#<id>" {
		t.Errorf("keys %s and %s", contract.Agents.PK.Pattern, contract.Agents.SK.Pattern)
	}
	if synth.Get(table.Get("server_side_encryption"), "kms_key_arn") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
		t.Errorf("encryption %v", table.Get("server_side_encryption"))
	}
	if synth.Get(table.Get("point_in_time_recovery"), "enabled") != true || table.Get("deletion_protection_enabled") != true {
		t.Error("prod's configuration can be lost")
	}
	want := []string{
		"agentAliasId", "agentArn", "agentId", "agentType", "agentVersion", "apiKeyId", "bundle", "createdAt", "guardrailId", "guardrailVersion", "name",
		"previousVersion", "reason", "state", "step", "tenantId", "tier", "tools", "updatedAt", "version",
	}
	if got := aiFields(t, contract.AgentConfiguration{}); !slices.Equal(got, want) {
		t.Errorf("an item has %v, want %v", got, want)
	}
	want = []string{"description", "enabled", "name", "requiresConfirmation"}
	if got := aiFields(t, contract.AgentTool{}); !slices.Equal(got, want) {
		t.Errorf("a tool has %v, want %v", got, want)
	}
}

// aiFields are the names of a struct's fields, which JSON and DynamoDB must agree on.
func aiFields(t testing.TB, v any) []string {
	t.Helper()
	names := map[string]bool{}
	for i := range reflect.TypeOf(v).NumField() {
		tag := reflect.TypeOf(v).Field(i).Tag
		if tag.Get("json") != tag.Get("dynamodbav") {
			t.Errorf("%s is %q in JSON and %q in DynamoDB", reflect.TypeOf(v).Field(i).Name, tag.Get("json"), tag.Get("dynamodbav"))
		}
		names[tag.Get("json")] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestAIAgentBucket(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	bucket := d.One(t, "aws_s3_bucket", "agent-bucket/bucket")
	if bucket.Get("bucket") != "flowops-prod-agents-333333333333-eu-central-1" || bucket.Get("lifecycle", "prevent_destroy") != true {
		t.Errorf("bucket %v, %v", bucket.Get("bucket"), bucket.Get("lifecycle"))
	}
	by := d.One(t, "aws_s3_bucket_server_side_encryption_configuration", "agent-bucket/encryption").Get("rule", 0, "apply_server_side_encryption_by_default")
	if synth.Get(by, "kms_master_key_id") != *Sample[FoundationOutputs](cfg).KMSKeyARN {
		t.Errorf("encryption %v", by)
	}
	if got := d.One(t, "aws_s3_bucket_logging", "agent-bucket/logging").Get("target_bucket"); got != *Sample[DataOutputs](cfg).AccessLogBucket {
		t.Errorf("access logs go to %v", got)
	}
	rule := d.One(t, "aws_s3_bucket_lifecycle_configuration", "agent-bucket/lifecycle").Get("rule", 0)
	if synth.Get(rule, "expiration") != nil || synth.Get(rule, "noncurrent_version_expiration", 0, "noncurrent_days") != 365.0 {
		t.Errorf("lifecycle %v", rule)
	}
}

// Plan 6.4: the definition that provisioner and agent read.
func TestAIAgentDefinition(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	object := d.One(t, "aws_s3_object", "agent/definition")
	var got contract.AgentDefinition
	if err := json.Unmarshal([]byte(object.Get("content").(string)), &got); err != nil {
		t.Fatal(err)
	}
	data := Sample[DataOutputs](cfg)
	want := contract.AgentDefinition{
		SchemaVersion: 1, Members: got.Members, Tools: got.Tools,
		Model: contract.AgentModel{ID: "global.anthropic.claude-sonnet-4-6", Temperature: 0.2, MaxTokens: 2048},
		// The frozen version of this stack, not a number that someone wrote down.
		Guardrail: contract.AgentGuardrail{
			ID: "${aws_bedrock_guardrail.guardrail.guardrail_id}", Version: "${aws_bedrock_guardrail_version.guardrail-version.version}",
		},
		Retrieval: contract.AgentRetrieval{
			Endpoint: *data.SearchEndpoint, AliasPrefix: "flowops-vectors-", EmbeddingID: "amazon.titan-embed-text-v2:0",
			Dimensions: 1024, MinScore: 0.6, MaxSources: 6,
		},
		Tables: contract.AgentTables{Tickets: *data.Tickets.Name, Conversations: *data.Conversations.Name, Audit: *data.Audit.Name},
		Runtime: contract.AgentRuntime{
			NamePrefix: "flowops_prod_", LogRetentionDays: 365, LogKeyARN: *Sample[FoundationOutputs](cfg).KMSKeyARN, Tags: cfg.TagMap(),
		},
		Role: contract.AgentRole{NamePrefix: "flowops-prod-tenant-", Path: "/flowops/tenants/", Trust: got.Role.Trust, Policy: got.Role.Policy},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("definition (-want +got):\n%s", diff)
	}
	if len(got.Tools) != 5 || len(got.Members) != 1 || len(got.Members[0].Tools) != 5 {
		t.Errorf("%d tools, members %v", len(got.Tools), got.Members)
	}
	if boundary := d.One(t, "aws_iam_policy", "tenant-boundary").Get("policy"); string(got.Role.Policy) != boundary {
		t.Errorf("the role's policy is not what the boundary allows:\n%s\n%s", got.Role.Policy, boundary)
	}
	var trust any
	if err := json.Unmarshal(got.Role.Trust, &trust); err != nil {
		t.Fatal(err)
	}
	aiWant(t, "trust", trust, `{"Version":"2012-10-17","Statement":[{
		"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["bedrock-agentcore.amazonaws.com"]},
		"Condition":{"StringEquals":{"aws:SourceAccount":["333333333333"]},"ArnLike":{"aws:SourceArn":["arn:aws:bedrock-agentcore:eu-central-1:333333333333:*"]}}
	}]}`)
	if object.Get("bucket") != d.One(t, "aws_s3_object", "agent/bundle").Get("bucket") {
		t.Error("bundle and definition are in two buckets")
	}
}
