package properties

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/flowops/flowops/test/node"
	"github.com/flowops/flowops/test/synth"
)

// validator judges machines by the definition of Amazon States Language.
var validator = node.Tool{Script: "asl/validate.mjs", Package: "asl-validator"}

// judged is what it says of the definitions that it has seen: it reads its
// schemas anew for each.
var judged = map[string][]string{}

// machine is a state machine of an environment.
type machine struct {
	stack      string
	resource   synth.Resource
	definition map[string]any
}

// machines are all of an environment, in the order of stacks and paths.
func machines(e environment) []machine {
	var all []machine
	for stack, d := range e.docs {
		for _, r := range d.Resources("aws_sfn_state_machine") {
			all = append(all, machine{stack, r, parse(r.Get("definition"))})
		}
	}
	slices.SortFunc(all, func(a, b machine) int { return strings.Compare(a.stack+a.resource.Path, b.stack+b.resource.Path) })
	return all
}

// validate tells what the validator finds wrong with what AWS would see of the
// machine.
func (m machine) validate(e environment) ([]string, error) {
	text, err := json.Marshal(m.definition) // on one line
	if err != nil {
		return nil, err
	}
	line := resolve(string(text), e)
	if left := expression.FindString(line); left != "" {
		// The validator would take it for a template's variable.
		return []string{left + " has no sample value"}, nil
	}
	if said, ok := judged[line]; ok {
		return said, nil
	}
	answer, err := validator.Ask([]byte(line))
	if err != nil {
		return nil, err
	}
	var said []string
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, fmt.Errorf("%s: %w", validator.Package, err)
	}
	judged[line] = said
	return said, nil
}

var attribute = regexp.MustCompile(`\$\{aws_([a-z0-9]+)_[a-z0-9_]+\.([A-Za-z0-9_-]+)\.([a-z_]+)\}`)

var expression = regexp.MustCompile(`\$\{[^}]*\}?`)

// resolve puts sample values in the place of attributes that only AWS knows.
// What else Terraform would work out stays as it is.
func resolve(text string, e environment) string {
	return attribute.ReplaceAllStringFunc(text, func(found string) string {
		m := attribute.FindStringSubmatch(found)
		if !strings.HasSuffix(m[3], "arn") {
			return m[2]
		}
		return fmt.Sprintf("arn:%s:%s:%s:%s:%s", e.cfg.Partition(), m[1], e.cfg.Account.Region, e.cfg.Account.ID, m[2])
	})
}

// nexts are where a state leads to.
func nexts(state any) []string {
	var all []string
	add := func(v any) {
		if name, ok := v.(string); ok {
			all = append(all, name)
		}
	}
	add(synth.Get(state, "Next"))
	add(synth.Get(state, "Default"))
	for _, field := range []string{"Choices", "Catch"} {
		for _, c := range list(synth.Get(state, field)) {
			add(synth.Get(c, "Next"))
		}
	}
	return all
}

// reach is the states that can follow on one, itself included.
func reach(states map[string]any, from string) map[string]bool {
	seen, open := map[string]bool{}, []string{from}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		if _, ok := states[name]; ok && !seen[name] {
			seen[name] = true
			open = append(open, nexts(states[name])...)
		}
	}
	return seen
}
