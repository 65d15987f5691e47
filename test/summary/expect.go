package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/flowops/flowops/test/figures"
)

// proof is what a package must say when it has run.
type proof struct {
	figures    []figures.Figure
	properties []int // by the numbers in the names of its tests
}

// proofs are the packages that prove something, by their paths in the module.
var proofs = map[string]proof{
	"test/properties": {
		figures:    []figures.Figure{figures.Cases, figures.Mutants, figures.Stacks},
		properties: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16},
	},
	"test/isolation": {figures: []figures.Figure{figures.Decisions, figures.Mutants}, properties: []int{11}},
	"test/terraform": {figures: []figures.Figure{figures.Stacks, figures.Mutants}},
	endToEnd:         {},
}

// endToEnd is the package whose tests are scenarios.
const endToEnd = "test/e2e"

// parts are the packages that a part of the suite can't be without.
var parts = map[string][]string{
	"go":         {"test/isolation", "test/properties", "test/terraform"},
	"properties": {"test/properties"},
	"isolation":  {"test/isolation"},
	"e2e":        {endToEnd},
	"agent":      nil,
}

// gaps tells what is not as it should be in the report of the parts.
func (r *run) gaps(of []string) []string {
	var gaps []string
	add := func(format string, args ...any) { gaps = append(gaps, fmt.Sprintf(format, args...)) }
	for _, f := range r.failed {
		add("%s failed", f)
	}
	ends := map[string]string{}
	for pkg, end := range r.packages {
		if ends[short(pkg)] = end; end == "" {
			add("%s did not come to its end", short(pkg))
		}
	}
	for _, part := range of {
		for _, pkg := range parts[part] {
			if _, ok := ends[pkg]; !ok {
				add("%s did not run, which is of the part %s", pkg, part)
			}
		}
		if part == "agent" && r.agent == 0 {
			add("no test of the agent passed")
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(proofs)) {
		if ends[pkg] != "pass" {
			continue // said already, or not of these parts
		}
		for _, f := range proofs[pkg].figures {
			if r.figures[module+pkg][f] == 0 {
				add("%s does not say how many %s it has", pkg, f)
			}
		}
		held := properties(r.ended(pkg, "pass"))
		for _, n := range proofs[pkg].properties {
			if !slices.Contains(held, n) {
				add("%s has no test of property %d that passed", pkg, n)
			}
		}
		if pkg == endToEnd && len(r.scenarios()) == 0 {
			add("%s ran no scenario", pkg)
		}
	}
	for _, s := range r.skipped {
		if s.why == "" {
			add("%s was skipped without a reason", s.what)
		}
	}
	slices.Sort(gaps)
	return slices.Compact(gaps)
}

var propertyTest = regexp.MustCompile(`^TestProperty(\d\d)_[^/]+$`)

// properties are the numbers of the properties that tests are named for.
func properties(tests []string) []int {
	var numbers []int
	for _, name := range tests {
		if m := propertyTest.FindStringSubmatch(name); m != nil {
			n, _ := strconv.Atoi(m[1]) // two digits
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
