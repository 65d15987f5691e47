package stacks

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

var (
	aiInvoke = []string{"bedrock:InvokeModel"}
	aiStream = []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}
)

// Plan 6.1: access to the generation model and to Titan Embed Text v2.
func TestModelStatements(t *testing.T) {
	cfg := loadEnv(t, "dev")
	const profile = "arn:aws:bedrock:eu-central-1:111111111111:inference-profile/global.anthropic.claude-sonnet-4-6"
	want := []blocks.Statement{
		blocks.Allow("ModelClaudeSonnet46", aiStream, []string{profile}).If("StringEquals", "aws:RequestedRegion", "eu-central-1"),
		blocks.Allow("ModelClaudeSonnet46Region", aiStream, []string{"arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-6"}).
			If("StringEquals", "bedrock:InferenceProfileArn", profile).If("StringEquals", "aws:RequestedRegion", "eu-central-1"),
		blocks.Allow("ModelClaudeSonnet46Global", aiStream, []string{"arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-6"}).
			If("StringEquals", "bedrock:InferenceProfileArn", profile).If("StringEquals", "aws:RequestedRegion", "unspecified"),
		blocks.Allow("ModelTitanEmbedTextV2", aiInvoke, []string{"arn:aws:bedrock:eu-central-1::foundation-model/amazon.titan-embed-text-v2:0"}),
	}
	if diff := cmp.Diff(want, ModelStatements(cfg, "claude-sonnet-4-6", "titan-embed-text-v2")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(want[3:], ModelStatements(cfg, cfg.AI.EmbeddingModel)); diff != "" {
		t.Errorf("the embedding model alone:\n%s", diff)
	}
	want = []blocks.Statement{
		blocks.Allow("ModelClaude3Sonnet", aiStream, []string{"arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0"}),
	}
	if diff := cmp.Diff(want, ModelStatements(cfg, "claude-3-sonnet")); diff != "" {
		t.Errorf("a model without a profile:\n%s", diff)
	}
}

func TestModelStatementsOfGeography(t *testing.T) {
	cfg := loadEnv(t, "dev")
	const profile = "arn:aws:bedrock:eu-central-1:111111111111:inference-profile/eu.some.model"
	want := []blocks.Statement{
		blocks.Allow("ModelSome", aiStream, []string{profile}),
		blocks.Allow("ModelSomeRegions", aiStream, []string{"arn:aws:bedrock:*::foundation-model/some.model"}).
			If("StringEquals", "bedrock:InferenceProfileArn", profile),
	}
	if diff := cmp.Diff(want, modelStatements(cfg, envs.Model{Name: "some", ID: "some.model", Profile: "eu.some.model"})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestModelStatementsOfUnknownModel(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a model that is not in the catalogue is granted")
		}
	}()
	ModelStatements(loadEnv(t, "dev"), "gpt")
}

// A caller with a guardrail can't call a generation model without it; an
// embedding model takes none.
func TestGuardedModelStatements(t *testing.T) {
	cfg := loadEnv(t, "dev")
	got := guardedModelStatements(cfg, "ARN", "ID", cfg.AI.Models...)
	want := ModelStatements(cfg, cfg.AI.Models...)
	want[0] = want[0].If("StringLike", "bedrock:GuardrailIdentifier", "ARN", "ARN:*", "ID", "ID:*")
	want = append(want, blocks.Allow("Guardrail", []string{"bedrock:ApplyGuardrail"}, []string{"ARN"}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
