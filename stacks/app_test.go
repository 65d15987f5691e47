package stacks

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/test/synth"
)

// artifactsFor is a small file in place of every bundle.
func artifactsFor(t testing.TB) Artifacts {
	t.Helper()
	path := synth.File(t, "bundle.zip")
	return Artifacts{Functions: func(string) string { return path }, Agent: path}
}

// Requirement 5 of the remote state: each stack keeps its state under its own
// key, encrypted and locked by S3, and nobody deploys it into another account.
func TestEveryStackKeepsItsStateInS3(t *testing.T) {
	cfg := loadEnv(t, "prod")
	artifacts := artifactsFor(t)
	documents := synth.Documents(t, func(app cdktf.App) { Build(app, cfg, artifacts) })
	if len(documents) != len(Names()) {
		t.Fatalf("%d stacks, want %d", len(documents), len(Names()))
	}
	for _, name := range Names() {
		d := documents[name]
		want := map[string]any{
			"bucket": "flowops-prod-tfstate-333333333333-eu-central-1", "key": "flowops/prod/" + name + ".tfstate", "region": "eu-central-1",
			"encrypt": true, "use_lockfile": true, "allowed_account_ids": []any{"333333333333"},
			"kms_key_id": "arn:aws:kms:eu-central-1:333333333333:alias/flowops-prod-tfstate",
		}
		if diff := cmp.Diff(want, synth.Get(d["terraform"], "backend", "s3")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := synth.Get(d["terraform"], "required_version"); got != ">= 1.10" {
			t.Errorf("%s: Terraform %v: locking by S3 is there since 1.10", name, got)
		}
		provider := synth.Get(d["provider"], "aws", 0)
		if got := synth.Get(provider, "allowed_account_ids", 0); got != "333333333333" {
			t.Errorf("%s can be deployed into %v", name, got)
		}
		if got := synth.Get(d["terraform"], "required_providers", "aws", "version"); got != "5.99.1" {
			t.Errorf("%s: provider %v", name, got)
		}
		tags := map[string]any{}
		for k, v := range cfg.TagMap() {
			tags[k] = v
		}
		if diff := cmp.Diff(tags, synth.Get(provider, "default_tags", 0, "tags")); diff != "" {
			t.Errorf("%s: default tags: %s", name, diff)
		}
		remote, _ := synth.Get(d["data"], "terraform_remote_state").(map[string]any)
		for from, state := range remote {
			config := map[string]any{"bucket": want["bucket"], "key": "flowops/prod/" + from + ".tfstate", "region": "eu-central-1"}
			if diff := cmp.Diff(config, synth.Get(state, "config")); diff != "" {
				t.Errorf("%s reads the state of %s elsewhere than it is: %s", name, from, diff)
			}
		}
	}
}

func TestEveryStackIsDeployedAfterThoseBeforeIt(t *testing.T) {
	cfg := loadEnv(t, "dev")
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})
	Build(app, cfg, artifactsFor(t))
	for i, name := range Names() {
		stack, ok := app.Node().FindChild(jsii.String(name)).(cdktf.TerraformStack)
		if !ok {
			t.Fatalf("no stack %s", name)
		}
		var got []string
		for _, d := range *stack.Dependencies() {
			got = append(got, *d.Node().Id())
		}
		slices.SortFunc(got, func(a, b string) int { return slices.Index(Names(), a) - slices.Index(Names(), b) })
		if diff := cmp.Diff(Names()[:i], append([]string{}, got...)); diff != "" {
			t.Errorf("%s depends on (-want +got): %s", name, diff)
		}
	}
}

// Each stack can be built alone, from literal values in place of the stacks
// before it: it then reads no state.
func TestEveryStackCanBeBuiltAlone(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		cfg := loadEnv(t, environment)
		artifacts := artifactsFor(t)
		var (
			foundation    = Literal(Sample[FoundationOutputs](cfg))
			data          = Literal(Sample[DataOutputs](cfg))
			ai            = Literal(Sample[AIOutputs](cfg))
			compute       = Literal(Sample[ComputeOutputs](cfg))
			orchestration = Literal(Sample[OrchestrationOutputs](cfg))
			api           = Literal(Sample[APIOutputs](cfg))
		)
		for name, build := range map[string]func(app cdktf.App){
			Foundation: func(app cdktf.App) { NewFoundation(app, Foundation, cfg) },
			Data:       func(app cdktf.App) { NewData(app, Data, cfg, DataInputs{foundation}) },
			AI:         func(app cdktf.App) { NewAI(app, AI, cfg, AIInputs{foundation, data}, artifacts) },
			Compute: func(app cdktf.App) {
				NewCompute(app, Compute, cfg, ComputeInputs{Foundation: foundation, Data: data, AI: ai}, artifacts)
			},
			Orchestration: func(app cdktf.App) {
				NewOrchestration(app, Orchestration, cfg, OrchestrationInputs{Foundation: foundation, Data: data, Compute: compute})
			},
			API: func(app cdktf.App) {
				NewAPI(app, API, cfg, APIInputs{Foundation: foundation, AI: ai, Compute: compute})
			},
			Observability: func(app cdktf.App) {
				NewObservability(app, Observability, cfg, ObservabilityInputs{
					Foundation: foundation, Data: data, AI: ai, Compute: compute, Orchestration: orchestration, API: api,
				})
			},
		} {
			t.Run(environment+" "+name, func(t *testing.T) {
				documents := synth.Documents(t, build)
				if len(documents) != 1 {
					t.Fatalf("%d documents", len(documents))
				}
				d := documents[name]
				if n := len(d.Resources("")); n == 0 {
					t.Error("no resources")
				}
				if state := synth.Get(d["data"], "terraform_remote_state"); state != nil {
					t.Errorf("reads state: %v", state)
				}
			})
		}
	}
}

// The names of what a stack writes and what a later one reads come from one
// struct.
func TestOutputsAreReadByTheNamesTheyAreWrittenBy(t *testing.T) {
	cfg := loadEnv(t, "prod")
	var read DataOutputs
	documents := synth.Documents(t, func(app cdktf.App) {
		writer := newStack(app, "writer", cfg)
		export(writer, Sample[DataOutputs](cfg))
		reader := newStack(app, "reader", cfg)
		read = RemoteState[DataOutputs](cfg, "writer")(reader)
		export(reader, read)
	})
	written := documents["writer"]["output"].(map[string]any)
	for name, value := range documents["reader"]["output"].(map[string]any) {
		if got, want := synth.Get(value, "value"), fmt.Sprintf("${data.terraform_remote_state.writer.outputs.%s}", name); got != want {
			t.Errorf("%s reads %v", name, got)
		}
		if written[name] == nil {
			t.Errorf("%s is not written", name)
		}
		if doc, _ := synth.Get(written[name], "description").(string); doc == "" {
			t.Errorf("%s has no description", name)
		}
	}
	if synth.Get(written["tickets_name"], "description") != "Tickets: Table name" {
		t.Errorf("%v", written["tickets_name"])
	}
}
