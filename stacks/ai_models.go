package stacks

import (
	"strings"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/envs"
)

// ModelStatements allows calling the catalogue's models of these names and no
// others. A name that is not in the catalogue is a mistake in the program:
// configuration is checked before.
func ModelStatements(cfg envs.Config, names ...string) []blocks.Statement {
	var statements []blocks.Statement
	for _, name := range names {
		m, ok := envs.Catalogue()[name]
		if !ok {
			panic("model " + name + " is not in the catalogue")
		}
		statements = append(statements, modelStatements(cfg, m)...)
	}
	return statements
}

// modelStatements allows calling one model. The first statement is about what
// the caller names. Where that is an inference profile, the others allow the
// models behind it, but only by way of the profile: in any region for a
// profile of a geography; for a global profile in the caller's own region and
// "unspecified", which is what Bedrock asks IAM about wherever the call goes
// (Bedrock user guide, "Global cross-Region inference": IAM policy requirements).
func modelStatements(cfg envs.Config, m envs.Model) []blocks.Statement {
	actions := []string{"bedrock:InvokeModel"}
	if len(m.Dimensions) == 0 { // an embedding does not stream
		actions = append(actions, "bedrock:InvokeModelWithResponseStream")
	}
	foundation := func(region string) []string {
		return []string{strings.Join([]string{"arn", cfg.Partition(), "bedrock", region, "", "foundation-model/" + m.ID}, ":")}
	}
	sid, region := modelSid(m.Name), cfg.Account.Region
	if m.Profile == "" {
		return []blocks.Statement{blocks.Allow(sid, actions, foundation(region))}
	}
	profile := cfg.ARN("bedrock", "inference-profile/"+m.Profile)
	behind := func(suffix, region string) blocks.Statement {
		return blocks.Allow(sid+suffix, actions, foundation(region)).If("StringEquals", "bedrock:InferenceProfileArn", profile)
	}
	if !m.Global {
		return []blocks.Statement{blocks.Allow(sid, actions, []string{profile}), behind("Regions", "*")}
	}
	return []blocks.Statement{
		blocks.Allow(sid, actions, []string{profile}).If("StringEquals", "aws:RequestedRegion", region),
		behind("Region", region).If("StringEquals", "aws:RequestedRegion", region),
		behind("Global", "").If("StringEquals", "aws:RequestedRegion", "unspecified"),
	}
}

// modelSid is a catalogue name as a statement id, which takes letters and
// digits only.
func modelSid(name string) string {
	sid := "Model"
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '.' }) {
		sid += strings.ToUpper(part[:1]) + part[1:]
	}
	return sid
}

// guardedModelStatements is ModelStatements for a caller that may call
// generation models with this guardrail only, in whatever version and
// however it names it.
func guardedModelStatements(cfg envs.Config, guardrailARN, guardrailID string, names ...string) []blocks.Statement {
	var statements []blocks.Statement
	for _, name := range names {
		all := ModelStatements(cfg, name)
		if len(envs.Catalogue()[name].Dimensions) == 0 {
			// On what the caller names, which every call is checked against: the
			// models behind a profile are reached through it alone.
			all[0] = all[0].If("StringLike", "bedrock:GuardrailIdentifier", guardrailARN, guardrailARN+":*", guardrailID, guardrailID+":*")
		}
		statements = append(statements, all...)
	}
	return append(statements, blocks.Allow("Guardrail", []string{"bedrock:ApplyGuardrail"}, []string{guardrailARN}))
}
