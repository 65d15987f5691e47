package stacks

import (
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// aiSize is the size of a policy as IAM counts it: every character that is not
// white space, with each reference as long as what it will be at the most.
func aiSize(policy string) int {
	const longest = 120 // an ARN of a guardrail, a policy or an alias
	parts := strings.Split(strings.ReplaceAll(policy, "$${", "{"), "${")
	size := len(parts[0])
	for _, p := range parts[1:] {
		_, rest, _ := strings.Cut(p, "}")
		size += longest + len(rest)
	}
	return size
}

func TestAITenantBoundary(t *testing.T) {
	cfg := loadEnv(t, "prod")
	d, _ := aiOf(t, cfg)
	boundary := d.One(t, "aws_iam_policy", "tenant-boundary")
	if boundary.Get("name") != "flowops-prod-tenant-boundary" || boundary.Get("path") != "/flowops/tenants/" {
		t.Errorf("boundary %v%v", boundary.Get("path"), boundary.Get("name"))
	}
	if size := aiSize(boundary.Get("policy").(string)); size > 6144 {
		t.Errorf("the boundary has %d characters; a managed policy has 6144 at the most", size)
	}
	long := cfg
	long.Project, long.Environment, long.Account.Region, long.AI.Models = "abcdefghijkl", "staging", "ap-southeast-2", envs.CatalogueNames()
	widest, _ := aiOf(t, long)
	if size := aiSize(widest.One(t, "aws_iam_policy", "tenant-boundary").Get("policy").(string)); size > 6144 {
		t.Errorf("with the longest names and every model the boundary has %d characters", size)
	}
	policy, data := boundary.JSON(t, "policy"), Sample[DataOutputs](cfg)
	leading := `"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#$${aws:PrincipalTag/TenantId}","TENANT#$${aws:PrincipalTag/TenantId}#*"]},"Null":{"dynamodb:LeadingKeys":["false"]}`
	items := func(sid, arn, actions string) {
		aiWant(t, sid, aiStatement(t, policy, sid), `{"Sid":"`+sid+`","Effect":"Allow","Action":[`+actions+`],"Resource":["`+arn+`","`+arn+`/index/*"],"Condition":{`+leading+`}}`)
	}
	items("Tickets", *data.Tickets.ARN, `"dynamodb:GetItem","dynamodb:Query"`)
	items("Conversations", *data.Conversations.ARN, `"dynamodb:Query"`)
	items("PendingActions", *data.Audit.ARN, `"dynamodb:PutItem"`)
	alias := *data.SearchDomainARN + "/flowops-vectors-$${aws:PrincipalTag/TenantId}"
	aiWant(t, "Search", aiStatement(t, policy, "Search"), `{"Sid":"Search","Effect":"Allow","Action":["es:ESHttpPost"],"Resource":["`+alias+`/_search"]}`)
	aiWant(t, "Definition", aiStatement(t, policy, "Definition"), `{"Sid":"Definition","Effect":"Allow","Action":["s3:GetObject"],
		"Resource":["arn:aws:s3:::flowops-prod-agents-333333333333-eu-central-1/definitions/v1/agent.json"]}`)
	aiWant(t, "Key", aiStatement(t, policy, "Key"), `{"Sid":"Key","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["`+*Sample[FoundationOutputs](cfg).KMSKeyARN+`"],
		"Condition":{"StringEquals":{"kms:ViaService":["bedrock.eu-central-1.amazonaws.com","dynamodb.eu-central-1.amazonaws.com","s3.eu-central-1.amazonaws.com"]}}}`)
	aiWant(t, "Logs", aiStatement(t, policy, "Logs"), `{"Sid":"Logs","Effect":"Allow","Action":["logs:CreateLogStream","logs:DescribeLogStreams","logs:PutLogEvents"],
		"Resource":["arn:aws:logs:eu-central-1:333333333333:log-group:/aws/bedrock-agentcore/runtimes/$${aws:PrincipalTag/AgentRuntime}-*"]}`)
	aiWant(t, "Metrics", aiStatement(t, policy, "Metrics")["Condition"], `{"StringEquals":{"cloudwatch:namespace":["bedrock-agentcore","FlowOps"]}}`)
	guardrail := "${aws_bedrock_guardrail.guardrail.guardrail_"
	aiWant(t, "Guardrail", aiStatement(t, policy, "Guardrail")["Resource"], `["`+guardrail+`arn}"]`)
	aiWant(t, "generation behind the guardrail", synth.Get(aiStatement(t, policy, "ModelClaudeSonnet46"), "Condition", "StringLike"),
		`{"bedrock:GuardrailIdentifier":["`+guardrail+`arn}","`+guardrail+`arn}:*","`+guardrail+`id}","`+guardrail+`id}:*"]}`)
}

// The boundary allows what is listed here and nothing else: an action that is
// added to it must be added here, where somebody sees it.
func TestAITenantBoundaryAllowsNoMore(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		d, _ := aiOf(t, loadEnv(t, name))
		policy := d.One(t, "aws_iam_policy", "tenant-boundary").JSON(t, "policy")
		var got []string
		for _, s := range policy["Statement"].([]any) {
			if synth.Get(s, "Effect") != "Allow" || synth.Get(s, "NotAction") != nil || synth.Get(s, "NotResource") != nil {
				t.Errorf("%s: %v", name, s)
			}
			actions := texts(synth.Get(s, "Action"))
			got = append(got, actions...)
			if slices.Contains(texts(synth.Get(s, "Resource")), "*") && !slices.Contains([]any{"Traces", "Metrics"}, synth.Get(s, "Sid")) {
				t.Errorf("%s: %v is about everything", name, synth.Get(s, "Sid"))
			}
		}
		slices.Sort(got)
		want := []string{
			"bedrock:ApplyGuardrail", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "cloudwatch:PutMetricData",
			"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "es:ESHttpPost",
			"kms:Decrypt", "kms:GenerateDataKey", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", "s3:GetObject",
			"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
		}
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: actions %v, want %v", name, got, want)
		}
	}
}

// The boundary grants exactly the models that the environment lists.
func TestAITenantBoundaryModels(t *testing.T) {
	cfg := loadEnv(t, "dev")
	cfg.AI.Models = append(slices.Clone(cfg.AI.Models), "claude-3-sonnet")
	models := func(d synth.Document) (resources []string) {
		for _, s := range d.One(t, "aws_iam_policy", "tenant-boundary").JSON(t, "policy")["Statement"].([]any) {
			if slices.Contains(texts(synth.Get(s, "Action")), "bedrock:InvokeModel") {
				resources = append(resources, texts(synth.Get(s, "Resource"))...)
			}
		}
		return resources
	}
	listed, _ := aiOf(t, cfg)
	usual, _ := aiOf(t, loadEnv(t, "dev"))
	const retired = "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0"
	if slices.Contains(models(usual), retired) || !slices.Contains(models(listed), retired) {
		t.Errorf("listed: %v, not listed: %v", models(listed), models(usual))
	}
	if len(models(usual)) != 4 {
		t.Errorf("models %v", models(usual))
	}
}
