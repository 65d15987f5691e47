package envs

import (
	"fmt"
	"sort"
	"strings"
)

// known is every environment, by name.
func known() map[string]func() Config {
	return map[string]func() Config{"dev": dev, "staging": staging, "prod": prod}
}

// Names is the names of the environments, in the order of promotion.
func Names() []string { return []string{"dev", "staging", "prod"} }

// Load returns the named environment with the overrides of lookup (the process
// environment: os.LookupEnv) applied and validated. The error of an invalid
// configuration is a Problems.
func Load(name string, lookup func(string) (string, bool)) (Config, error) {
	make, ok := known()[name]
	if !ok {
		return Config{}, Problems{{Field: "Environment", Value: name, Allowed: strings.Join(Names(), ", ")}}
	}
	c := make()
	problems := c.override(lookup)
	problems = append(problems, c.Validate()...)
	if len(problems) > 0 {
		return Config{}, problems
	}
	return c, nil
}

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	Field   string // as in "API.Tiers[1].Name"
	Value   any
	Allowed string // what the field may hold
}

func (p Problem) String() string {
	v := fmt.Sprintf("%v", p.Value)
	if s, ok := p.Value.(string); ok {
		v = fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%s is %s; allowed: %s", p.Field, v, p.Allowed)
}

// Problems is everything that is wrong with a configuration, in the order of
// the fields.
type Problems []Problem

// Error lists every problem on a line of its own.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.String()
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
