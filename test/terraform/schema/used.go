package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Used is what the configurations of stacks use of a provider.
type Used struct {
	Source, Version        string // as the stacks require it
	Resources, DataSources []string
}

// Read collects what the given Terraform JSON files use, by the provider's
// local name, which the names of its types begin with.
func Read(files ...string) (map[string]Used, error) {
	all := map[string]Used{}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var stack struct {
			Terraform struct {
				RequiredProviders map[string]struct{ Source, Version string } `json:"required_providers"`
			}
			Resource, Data map[string]json.RawMessage
		}
		if err := json.Unmarshal(text, &stack); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		for name, p := range stack.Terraform.RequiredProviders {
			u := all[name]
			if u.Version != "" && u.Version != p.Version {
				return nil, fmt.Errorf("%s requires %s %s, another stack %s", path, name, p.Version, u.Version)
			}
			u.Source, u.Version = p.Source, p.Version
			u.Resources = add(u.Resources, name, stack.Resource)
			u.DataSources = add(u.DataSources, name, stack.Data)
			all[name] = u
		}
	}
	return all, nil
}

func add(types []string, provider string, named map[string]json.RawMessage) []string {
	for _, t := range slices.Sorted(maps.Keys(named)) {
		if strings.HasPrefix(t, provider+"_") && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}
