package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// The binding in go.mod, by types that each show something else.
func derived(t *testing.T) *tfjson.ProviderSchema {
	t.Helper()
	s, err := Derive("aws", Used{
		Resources: []string{
			"aws_s3_bucket_lifecycle_configuration", "aws_security_group", "aws_bedrock_guardrail",
			"aws_wafv2_web_acl", "aws_wafv2_web_acl_association", "aws_medialive_channel",
		},
		DataSources: []string{"aws_caller_identity", "aws_security_group"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAttributes(t *testing.T) {
	s := derived(t)
	for path, want := range map[string]tfjson.SchemaAttribute{
		"aws_bedrock_guardrail.name":                {AttributeType: cty.String, Required: true},
		"aws_bedrock_guardrail.kms_key_arn":         {AttributeType: cty.String, Optional: true},
		"aws_bedrock_guardrail.description":         {AttributeType: cty.String, Optional: true, Computed: true},
		"aws_bedrock_guardrail.guardrail_arn":       {AttributeType: cty.String, Computed: true},
		"aws_bedrock_guardrail.tags":                {AttributeType: cty.Map(cty.String), Optional: true},
		"aws_bedrock_guardrail.tags_all":            {AttributeType: cty.Map(cty.String), Computed: true},
		"aws_wafv2_web_acl_association.web_acl_arn": {AttributeType: cty.String, Required: true},
		"aws_wafv2_web_acl.capacity":                {AttributeType: cty.Number, Computed: true},
		"aws_security_group.revoke_rules_on_delete": {AttributeType: cty.Bool, Optional: true},
	} {
		kind, name, _ := strings.Cut(path, ".")
		got := s.ResourceSchemas[kind].Block.Attributes[name]
		if got == nil || !got.AttributeType.Equals(want.AttributeType) ||
			got.Required != want.Required || got.Optional != want.Optional || got.Computed != want.Computed {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
	// An attribute that is a set of objects, not blocks.
	ingress := s.ResourceSchemas["aws_security_group"].Block.Attributes["ingress"].AttributeType
	if !ingress.IsSetType() || !ingress.ElementType().AttributeType("cidr_blocks").Equals(cty.List(cty.String)) ||
		!ingress.ElementType().AttributeType("security_groups").Equals(cty.Set(cty.String)) {
		t.Errorf("aws_security_group.ingress is %#v", ingress)
	}
	if a := s.DataSourceSchemas["aws_caller_identity"].Block.Attributes["account_id"]; a == nil || !a.Computed || a.Optional {
		t.Errorf("data aws_caller_identity.account_id is %+v", a)
	}
	if a := s.ConfigSchema.Block.Attributes; a["region"] == nil || a["alias"] != nil {
		t.Errorf("the provider's region is %+v, its alias %+v", a["region"], a["alias"])
	}
}

func TestBlocks(t *testing.T) {
	s := derived(t)
	for path, want := range map[string]tfjson.SchemaBlockType{
		"aws_s3_bucket_lifecycle_configuration.rule":        {NestingMode: tfjson.SchemaNestingModeList},
		"aws_s3_bucket_lifecycle_configuration.rule.filter": {NestingMode: tfjson.SchemaNestingModeList},
		"aws_s3_bucket_lifecycle_configuration.timeouts":    {NestingMode: tfjson.SchemaNestingModeSingle},
		"aws_wafv2_web_acl.default_action":                  {NestingMode: tfjson.SchemaNestingModeList, MinItems: 1, MaxItems: 1},
		"aws_wafv2_web_acl.default_action.allow":            {NestingMode: tfjson.SchemaNestingModeList, MaxItems: 1},
		// A set, but its statement nests without end and is of any type in the binding.
		"aws_wafv2_web_acl.rule": {NestingMode: tfjson.SchemaNestingModeList},
		// In a script of its own.
		"aws_medialive_channel.destinations.settings": {NestingMode: tfjson.SchemaNestingModeSet},
	} {
		steps := strings.Split(path, ".")
		block := s.ResourceSchemas[steps[0]].Block
		var got *tfjson.SchemaBlockType
		for _, step := range steps[1:] {
			if got = block.NestedBlocks[step]; got == nil {
				t.Fatalf("%s has no block %s", path, step)
			}
			block = got.Block
		}
		if got.NestingMode != want.NestingMode || got.MinItems != want.MinItems || got.MaxItems != want.MaxItems {
			t.Errorf("%s is %s %d..%d, want %s %d..%d", path, got.NestingMode, got.MinItems, got.MaxItems, want.NestingMode, want.MinItems, want.MaxItems)
		}
	}
	rule := s.ResourceSchemas["aws_wafv2_web_acl"].Block.NestedBlocks["rule"].Block
	if a := rule.Attributes["statement"]; a == nil || a.AttributeType != cty.DynamicPseudoType {
		t.Errorf("aws_wafv2_web_acl.rule.statement is %+v", a)
	}
}

func TestDeriveSaysWhatIsNotThere(t *testing.T) {
	for want, call := range map[string]func() (*tfjson.ProviderSchema, error){
		"has no aws_teapot, data:aws_kettle": func() (*tfjson.ProviderSchema, error) {
			return Derive("aws", Used{Resources: []string{"aws_teapot"}, DataSources: []string{"aws_kettle"}})
		},
		"no module cdktf-provider-tea-go": func() (*tfjson.ProviderSchema, error) { return Derive("tea", Used{}) },
	} {
		if _, err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRead(t *testing.T) {
	write := func(version string) string {
		path := filepath.Join(t.TempDir(), "cdk.tf.json")
		text := `{"terraform":{"required_providers":{"aws":{"source":"aws","version":"` + version + `"}}},
			"resource":{"aws_b":{},"aws_a":{},"other_c":{}},"data":{"aws_d":{},"terraform_remote_state":{}}}`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	used, err := Read(write("1.0.0"), write("1.0.0"))
	if err != nil {
		t.Fatal(err)
	}
	aws := used["aws"]
	if got := strings.Join(append(aws.Resources, aws.DataSources...), " "); got != "aws_a aws_b aws_d" || len(used) != 1 {
		t.Errorf("the stacks use %s of %d providers", got, len(used))
	}
	if _, err := Read(write("1.0.0"), write("2.0.0")); err == nil {
		t.Error("two versions of a provider are taken")
	}
}
