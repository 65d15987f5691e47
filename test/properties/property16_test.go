package properties

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The agent configuration table is keyed by tenant and its items hold agent
// ARN, endpoint (alias) and tools.
func TestProperty16_AgentTable(t *testing.T) {
	table := func(name string, how func(map[string]any)) mutant {
		return change(name, stacks.AI, "aws_dynamodb_table", "agents", how)
	}
	function := func(name, variable string) mutant {
		return change(name, stacks.AI, "aws_lambda_function", "agent-provisioner", setting("another", "environment", "variables", variable))
	}
	prove(t, withFunctions, agentTable,
		drop("no table", stacks.AI, "aws_dynamodb_table", "agents"),
		table("keyed by agent", func(a map[string]any) { a["hash_key"], a["range_key"] = "SK", "PK" }),
		table("one agent a tenant and no more", setting(nil, "range_key")),
		table("numbers for tenants", setting("N", "attribute", 0, "type")),
		table("an index of all tenants", setting([]any{map[string]any{"name": "All", "hash_key": "SK", "projection_type": "ALL"}}, "global_secondary_index")),
		table("another table", setting("flowops-other-agents", "name")),
		function("the provisioner writes another table", contract.EnvAgentsTable),
		change("chat reads another table", stacks.Compute, "aws_lambda_function", "agent-invoke", setting("another", "environment", "variables", contract.EnvAgentsTable)),
	)
	// What is in an item is written by the provisioner, in the contract's form.
	item, err := attributevalue.MarshalMap(contract.AgentConfiguration{})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for name := range item {
		names[name] = true
	}
	if p := agentItem(names); len(p) > 0 {
		t.Error(p)
	}
	for name := range names {
		if !slices.Contains(agentAttributes, name) {
			continue
		}
		names[name] = false
		if len(agentItem(names)) == 0 {
			t.Errorf("the mutant without %s survives", name)
		}
		names[name] = true
	}
}

var agentAttributes = []string{"tenantId", "agentId", "agentArn", "agentAliasId", "agentType", "tools", "guardrailId", "createdAt", "updatedAt"}

// agentItem tells what an item lacks.
func agentItem(names map[string]bool) []string {
	var p problems
	for _, a := range agentAttributes {
		p.that(names[a], "an item has no %s", a)
	}
	return p
}

func agentTable(e environment) []string {
	tables := e.docs[stacks.AI].Resources("aws_dynamodb_table")
	if len(tables) != 1 {
		return []string{"there is not one agent table"}
	}
	var p problems
	t, want := tables[0], contract.Agents
	p.that(t.Get("name") == e.cfg.Name(want.Name), "the table is %v", t.Get("name"))
	p.that(t.Get("hash_key") == want.PK.Name && strings.HasPrefix(want.PK.Pattern, "TENANT#<t>") && t.Get("range_key") == want.SK.Name && strings.HasPrefix(want.SK.Pattern, "AGENT#"),
		"the table is keyed by %v and %v", t.Get("hash_key"), t.Get("range_key"))
	for _, a := range list(t.Get("attribute")) {
		p.that(synth.Get(a, "type") == "S", "the key %v is no string", synth.Get(a, "name"))
	}
	p.that(t.Get("global_secondary_index") == nil, "an index, which nothing reads")
	all := functionsByName(e)
	for _, f := range contract.Functions() {
		if !slices.Contains(f.Environment, contract.EnvAgentsTable) {
			continue
		}
		name := all[f.Name].Get("environment", "variables", contract.EnvAgentsTable)
		made, _ := referred(e.docs[stacks.AI], name)
		// Of a stack of its own, through the output.
		p.that(made.Name == t.Name || name == *stacks.Sample[stacks.AIOutputs](e.cfg).Agents.Name, "%s reads the table %v", f.Name, name)
	}
	output, _ := referred(e.docs[stacks.AI], synth.Get(e.docs[stacks.AI]["output"], "agents_name", "value"))
	p.that(output.Name == t.Name, "later stacks get another table")
	return p
}
