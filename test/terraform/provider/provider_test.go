package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestValuesHaveTheRightForm(t *testing.T) {
	p := place{account: "111111111111", region: "eu-central-1"}
	for name, want := range map[string]string{
		"arn":                "^arn:aws:kms:eu-central-1:111111111111:key/[0-9a-f]{17}$",
		"role_arn":           "^arn:aws:kms:",
		"id":                 "^key-[0-9a-f]{17}$",
		"endpoint":           `^[0-9a-f]{17}\.kms\.eu-central-1\.amazonaws\.com$`,
		"invoke_url":         "^https://",
		"target_domain_name": `\.amazonaws\.com$`,
		"account_id":         "^111111111111$",
		"region":             "^eu-central-1$",
		"cidr_block":         "^10.0.0.0/16$",
		"created_at":         "^2025-01-01T",
		"fingerprint":        "^fingerprint-",
	} {
		got := p.text("aws_kms_key", name, "seed")
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", name, got, want)
		}
		if again := p.text("aws_kms_key", name, "seed"); again != got {
			t.Errorf("%s is %q, then %q", name, got, again)
		}
	}
	if p.text("aws_kms_key", "arn", "a") == p.text("aws_kms_key", "arn", "b") {
		t.Error("two keys have one ARN")
	}
}

var (
	object = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "arn": tftypes.String, "rule": rules}}
	rules  = tftypes.List{ElementType: rule}
	rule   = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"path": tftypes.String, "rank": tftypes.Number}}
	thing  = &tfprotov5.Schema{Block: &tfprotov5.SchemaBlock{
		Attributes: []*tfprotov5.SchemaAttribute{
			{Name: "name", Type: tftypes.String, Required: true}, {Name: "arn", Type: tftypes.String, Computed: true},
		},
		BlockTypes: []*tfprotov5.SchemaNestedBlock{{
			TypeName: "rule", Nesting: tfprotov5.SchemaNestedBlockNestingModeList, Block: &tfprotov5.SchemaBlock{
				Attributes: []*tfprotov5.SchemaAttribute{
					{Name: "path", Type: tftypes.String, Optional: true}, {Name: "rank", Type: tftypes.Number, Optional: true, Computed: true},
				},
			},
		}},
	}}
)

func config(t *testing.T, arn any) *tfprotov5.DynamicValue {
	t.Helper()
	v, err := tfprotov5.NewDynamicValue(object, tftypes.NewValue(object, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, "x"), "arn": tftypes.NewValue(tftypes.String, arn),
		"rule": tftypes.NewValue(rules, []tftypes.Value{tftypes.NewValue(rule, map[string]tftypes.Value{
			"path": tftypes.NewValue(tftypes.String, "/"), "rank": tftypes.NewValue(tftypes.Number, nil),
		})}),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

// Planning leaves what is configured, and leaves open what is computed, in
// nested blocks too; applying leaves nothing open.
func TestPlanAndApply(t *testing.T) {
	s := &server{resources: map[string]*tfprotov5.Schema{"aws_a_thing": thing}}
	plan, err := s.PlanResourceChange(t.Context(), &tfprotov5.PlanResourceChangeRequest{TypeName: "aws_a_thing", ProposedNewState: config(t, nil)})
	if err != nil || len(plan.Diagnostics) > 0 {
		t.Fatal(err, plan.Diagnostics)
	}
	planned, err := plan.PlannedState.Unmarshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if text := planned.String(); strings.Count(text, "unknown") != 2 || !strings.Contains(text, `"x"`) {
		t.Errorf("the plan is %s", text)
	}
	apply, err := s.ApplyResourceChange(t.Context(), &tfprotov5.ApplyResourceChangeRequest{TypeName: "aws_a_thing", PlannedState: plan.PlannedState})
	if err != nil || len(apply.Diagnostics) > 0 {
		t.Fatal(err, apply.Diagnostics)
	}
	state, err := apply.NewState.Unmarshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if !state.IsFullyKnown() || !strings.Contains(state.String(), "arn:aws:a:") {
		t.Errorf("the state is %s", state)
	}
}

func TestValidateRefusesComputed(t *testing.T) {
	if problems := validate(thing, config(t, "arn:aws:x")); len(problems) != 1 || problems[0].Attribute.String() != `AttributeName("arn")` {
		t.Errorf("a value for a computed attribute: %v", problems)
	}
	if problems := validate(thing, config(t, nil)); len(problems) > 0 {
		t.Errorf("a good configuration: %v", problems[0])
	}
}

func TestRefusesInASentence(t *testing.T) {
	s := &server{}
	r, err := s.ImportResourceState(t.Context(), &tfprotov5.ImportResourceStateRequest{TypeName: "aws_s3_bucket", ID: "b"})
	if err != nil || len(r.Diagnostics) != 1 || !strings.Contains(r.Diagnostics[0].Summary, "it can't import aws_s3_bucket b") {
		t.Errorf("import: %v %v", r, err)
	}
}

func TestAddress(t *testing.T) {
	for source, want := range map[string]string{
		"aws":                  "registry.terraform.io/hashicorp/aws",
		"acme/tea":             "registry.terraform.io/acme/tea",
		"tea.example/acme/tea": "tea.example/acme/tea",
	} {
		if got := address(source); got != want {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
	}
}

func TestMirrorNeedsOneVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cdk.tf.json")
	text := `{"terraform":{"required_providers":{"aws":{"source":"aws","version":"~> 5.0"}}}}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mirror(t.TempDir(), "provider", []string{path}); err == nil || !strings.Contains(err.Error(), `"~> 5.0"`) {
		t.Errorf("got %v", err)
	}
}
