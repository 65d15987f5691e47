package constructs

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/flowops/flowops/contract"
)

// checkDefinition tells what is wrong with a definition; empty if nothing is.
func checkDefinition(d contract.AgentDefinition) string {
	for _, check := range []func(contract.AgentDefinition) string{checkTools, checkMembers, checkAnswers, checkTenancy} {
		if problem := check(d); problem != "" {
			return problem
		}
	}
	return ""
}

func checkTools(d contract.AgentDefinition) string {
	if len(d.Tools) == 0 {
		return "an agent needs tools"
	}
	seen := map[string]bool{}
	for _, t := range d.Tools {
		var schema struct {
			Type string `json:"type"`
		}
		err := json.Unmarshal(t.InputSchema, &schema)
		switch {
		case t.Name == "" || t.Description == "":
			return fmt.Sprintf("tool %q needs a name and a description", t.Name)
		case seen[t.Name]:
			return fmt.Sprintf("two tools are called %s", t.Name)
		case err != nil || schema.Type != "object":
			return fmt.Sprintf("the input schema of tool %s is not a JSON Schema of an object", t.Name)
		}
		seen[t.Name] = true
	}
	return ""
}

func checkMembers(d contract.AgentDefinition) string {
	if len(d.Members) == 0 {
		return "a definition needs a member"
	}
	known, seen := toolNames(d.Tools), map[string]bool{}
	for _, m := range d.Members {
		switch {
		case m.Name == "" || m.Instruction == "":
			return fmt.Sprintf("member %q needs a name and an instruction", m.Name)
		case seen[m.Name]:
			return fmt.Sprintf("two members are called %s", m.Name)
		}
		seen[m.Name] = true
		for _, tool := range m.Tools {
			if !slices.Contains(known, tool) {
				return fmt.Sprintf("member %s has the tool %s, which the definition does not have", m.Name, tool)
			}
		}
	}
	return ""
}

func checkAnswers(d contract.AgentDefinition) string {
	m, g, r := d.Model, d.Guardrail, d.Retrieval
	switch {
	case m.ID == "" || m.MaxTokens <= 0:
		return "an agent needs a model and a limit to its answers"
	case m.Temperature < 0 || m.Temperature > 1:
		return fmt.Sprintf("the temperature is from 0 to 1, not %g", m.Temperature)
	case g.ID == "" || g.Version == "" || g.Version == "DRAFT":
		return fmt.Sprintf("an agent needs a guardrail and a frozen version of it, not version %q", g.Version)
	case r.Endpoint == "" || r.AliasPrefix == "" || r.EmbeddingID == "" || r.Dimensions <= 0 || r.MaxSources <= 0:
		return "an agent needs to know where and how to search: endpoint, alias, embedding model, dimensions and the number of sources"
	case r.MinScore < 0 || r.MinScore > 1:
		return fmt.Sprintf("the least score of a source is from 0 to 1, not %g", r.MinScore)
	}
	return ""
}

func checkTenancy(d contract.AgentDefinition) string {
	switch {
	case d.Tables.Tickets == "" || d.Tables.Conversations == "" || d.Tables.Audit == "":
		return "an agent needs the tables of its tools"
	case d.Runtime.NamePrefix == "" || d.Runtime.LogRetentionDays <= 0 || d.Runtime.LogKeyARN == "":
		return "tenants' runtimes need a name, and their log groups a retention and a key"
	case d.Role.NamePrefix == "" || d.Role.Path == "" || !json.Valid(d.Role.Trust) || !json.Valid(d.Role.Policy):
		return "tenants' roles need a name, a path, a trust policy and a policy"
	}
	return ""
}
