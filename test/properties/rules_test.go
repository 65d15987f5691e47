package properties

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/configs"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/validation"
)

// weak are the settings that a valid configuration may have and a rule refuses
// all the same, most of them in protected environments alone: whoever wants one
// suppresses the rule, with a reason.
var weak = map[string]func(c envs.Config) bool{
	"FO-API-009": protectedAnd(func(c envs.Config) bool { return !c.API.WAF }),
	"FO-BAK-001": func(c envs.Config) bool { return !c.Storage.PointInTimeRecovery },
	"FO-BAK-003": protectedAnd(func(c envs.Config) bool { return !c.Identity.DeletionProtection }),
	"FO-BAK-005": protectedAnd(func(c envs.Config) bool { return c.Keys.DeletionWindowDays < 30 }),
	"FO-BAK-006": protectedAnd(func(c envs.Config) bool { return c.Search.ZoneCount == 1 }),
	"FO-IAM-016": protectedAnd(func(c envs.Config) bool { return c.Identity.MFA != envs.MFARequired }),
	"FO-IAM-017": protectedAnd(func(c envs.Config) bool { return c.Identity.AdvancedSecurityMode != "ENFORCED" }),
	"FO-NET-007": protectedAnd(func(c envs.Config) bool { return !c.Network.Enabled }),
}

func protectedAnd(is func(envs.Config) bool) func(envs.Config) bool {
	return func(c envs.Config) bool { return c.Storage.DeletionProtection && is(c) }
}

// The rules have no error against what a valid configuration makes, but for the
// weak settings, each of which its rule finds.
func TestRulesJudgeEachConfiguration(t *testing.T) {
	artifacts := platform.Artifacts(t)
	found := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		cfg := configs.Any().Draw(rt, "config")
		var parsed []*validation.Stack
		for _, name := range stacks.Names() {
			text, err := json.Marshal(document(t, cfg, name, artifacts))
			if err != nil {
				rt.Fatal(err)
			}
			s, err := validation.Parse(name, text)
			if err != nil {
				rt.Fatal(err)
			}
			parsed = append(parsed, s)
		}
		errs := validation.Check(parsed, validation.Options{
			Environment: cfg.Environment, Protected: cfg.Storage.DeletionProtection, Tags: cfg.TagMap(),
		}).Errors()
		for _, f := range errs {
			if is, known := weak[f.Rule]; !known || !is(cfg) {
				rt.Fatalf("%s against %s: %s\nfor the configuration\n%s", f.Rule, f.Path, f.Reason, configs.Go(cfg))
			}
		}
		for rule, is := range weak {
			if !is(cfg) {
				continue
			}
			found[rule]++
			if !slices.ContainsFunc(errs, func(f validation.Finding) bool { return f.Rule == rule }) {
				rt.Fatalf("%s does not find the weak setting\nfor the configuration\n%s", rule, configs.Go(cfg))
			}
		}
	})
	for rule := range weak {
		if found[rule] == 0 && !t.Failed() {
			t.Errorf("no configuration has what %s refuses", rule)
		}
	}
}
