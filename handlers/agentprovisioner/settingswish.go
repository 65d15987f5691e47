package main

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
)

// namePattern is what an agent may be called: the name stands in its prompt
// (agent/src/overrides.ts).
var namePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} .'&-]{0,59}$`)

// versionPattern is the number of a version, of a runtime or a guardrail.
var versionPattern = regexp.MustCompile(`^[1-9][0-9]{0,7}$`)

func checkName(name string) error {
	if !namePattern.MatchString(name) {
		return rest.Invalid("name", "must have 1 to 60 letters, digits, spaces and .'&-, and begin with a letter or digit")
	}
	return nil
}

func checkTier(plans map[string]string, tier string) error {
	if _, ok := plans[tier]; !ok {
		return rest.Invalid("tier", "is not a tier of this environment")
	}
	return nil
}

// checkEmail refuses what is no plain address. Its errors quote nothing.
func checkEmail(email string) error {
	if email == "" {
		return nil
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return rest.Invalid("adminEmail", "is no address")
	}
	return nil
}

// checkGuardrail refuses a version that was not published yet. Versions are
// numbered from 1; the definition has the newest one.
func checkGuardrail(d contract.AgentDefinition, version string) error {
	newest, err := strconv.Atoi(d.Guardrail.Version)
	wanted, wrong := strconv.Atoi(version)
	if err != nil || wrong != nil || !versionPattern.MatchString(version) || wanted > newest {
		return rest.Invalid("guardrailVersion", "is no version of the guardrail")
	}
	return nil
}

// toolsOf are all tools of the definition, and of them the named ones enabled:
// every one where names is nil.
func toolsOf(d contract.AgentDefinition, names []string) ([]contract.AgentTool, error) {
	known := map[string]bool{}
	var tools []contract.AgentTool
	for _, t := range d.Tools {
		known[t.Name] = true
		tools = append(tools, contract.AgentTool{
			Name: t.Name, Description: t.Description, RequiresConfirmation: t.RequiresConfirmation, Enabled: names == nil || slices.Contains(names, t.Name),
		})
	}
	for _, name := range names {
		if !known[name] {
			return nil, rest.Invalid("tools", "has one that the agent does not have")
		}
	}
	return tools, nil
}

// enabled are the names of the enabled tools, in order.
func enabled(tools []contract.AgentTool) []string {
	names := []string{}
	for _, t := range tools {
		if t.Enabled {
			names = append(names, t.Name)
		}
	}
	slices.Sort(names)
	return names
}

// sameSettings reports whether two configurations are what an operator asked for
// alike.
func sameSettings(a, b contract.AgentConfiguration) bool {
	return a.Name == b.Name && a.Tier == b.Tier && a.AgentType == b.AgentType && slices.Equal(enabled(a.Tools), enabled(b.Tools))
}
