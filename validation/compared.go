package validation

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// The versions of the tools that the rules are compared with: the packages
// checkov on PyPI and cdk-nag on npm.
const (
	checkovVersion = "3.3.30"
	cdkNagVersion  = "3.0.2"
)

// externalText are all checks of those versions for AWS, one a line: tool, id,
// the name that cdk-nag's pack AwsSolutions gives the check or "-", and the
// resource types that it judges or "-" for none of Terraform's. Checkov's are
// those of Terraform: of resources, of the provider, of data sources and of the
// graph; a policy document as data source is listed with the resources that
// hold one here. cdk-nag judges CloudFormation's types, for which the Terraform
// types that hold the same settings stand here; a check counts once, whatever
// packs it is in.
//
//go:embed external_checks.txt
var externalText string

// comparedText says of each check that applies to the platform which of our
// rules asks the same, or why none does.
//
//go:embed compared.csv
var comparedText string

// external is a check of another tool.
type external struct {
	tool, id, alias string
	types           []string
}

// externalChecks are all checks of the other tools.
var externalChecks = sync.OnceValue(func() []external {
	var all []external
	for line := range strings.Lines(externalText) {
		f := strings.Fields(line)
		check := external{tool: f[0], id: f[1]}
		if f[2] != "-" {
			check.alias = f[2]
		}
		if f[3] != "-" {
			check.types = strings.Split(f[3], ",")
		}
		all = append(all, check)
	}
	return all
})

// compared is the answer to a check of another tool: rules or a reason.
type compared struct {
	tool, id string
	asks     string // what the check asks for, in our words
	rules    []string
	reason   string
}

// comparison are the answers, in the order of externalChecks. It panics if the
// file, which is part of the program, is malformed.
var comparison = sync.OnceValue(func() []compared {
	r := csv.NewReader(strings.NewReader(comparedText))
	r.FieldsPerRecord = 5
	records, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("compared.csv: %v", err))
	}
	var all []compared
	for _, f := range records[1:] {
		all = append(all, compared{tool: f[0], id: f[1], asks: f[2], rules: strings.Fields(f[3]), reason: f[4]})
	}
	return all
})

// tools are the other tools with their versions, in the order of the lists.
func tools() [][2]string { return [][2]string{{"checkov", checkovVersion}, {"cdk-nag", cdkNagVersion}} }

// writeComparison writes the section of docs/rules.md about the other tools.
func writeComparison(b *strings.Builder) {
	fmt.Fprintf(b, `
## Compared with Checkov %s and cdk-nag %s

Every check that those tools have for AWS was looked at: Checkov's for Terraform, and cdk-nag's of all packs,
each once. A check applies if it judges a resource type that the platform can make. For each of those the
tables name the rules that ask the same, or say why none does. What a check asks for is said in our words.

| tool | checks | apply | by a rule | with a reason why not |
| --- | ---: | ---: | ---: | ---: |
`, checkovVersion, cdkNagVersion)
	aliases := map[string]string{}
	all := map[string]int{}
	for _, check := range externalChecks() {
		aliases[check.id] = check.alias
		all[check.tool]++
	}
	for _, tool := range tools() {
		ours := slices.DeleteFunc(slices.Clone(comparison()), func(c compared) bool { return c.tool != tool[0] })
		ruled := slices.DeleteFunc(slices.Clone(ours), func(c compared) bool { return len(c.rules) == 0 })
		fmt.Fprintf(b, "| %s %s | %d | %d | %d | %d |\n", tool[0], tool[1], all[tool[0]], len(ours), len(ruled), len(ours)-len(ruled))
	}
	for _, tool := range tools() {
		fmt.Fprintf(b, "\n### %s\n\n| check | asks that | rules, or why none |\n| --- | --- | --- |\n", tool[0])
		for _, c := range comparison() {
			if c.tool == tool[0] {
				fmt.Fprintf(b, "| %s | %s | %s |\n", named(c.id, aliases[c.id]), cell(prose(c.asks)), cell(c.answer()))
			}
		}
	}
}

// named is a check's id, with its name in the pack AwsSolutions if it has one.
func named(id, alias string) string {
	if alias == "" {
		return id
	}
	return id + " (" + alias + ")"
}

// answer links the rules, or is the reason.
func (c compared) answer() string {
	if len(c.rules) == 0 {
		return prose(c.reason)
	}
	links := make([]string, len(c.rules))
	for i, id := range c.rules {
		links[i] = fmt.Sprintf("[%s](#%s)", id, strings.ToLower(id))
	}
	return strings.Join(links, ", ")
}
