package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/flowops/flowops/test/figures"
)

// allProperties is how many correctness properties the platform has.
const allProperties = 16

// scenarios are the end-to-end tests that passed: tests in a test, or tests
// that have none.
func (r *run) scenarios() []string {
	passed := r.ended(endToEnd, "pass")
	return slices.DeleteFunc(slices.Clone(passed), func(name string) bool {
		inner := func(other string) bool { return strings.HasPrefix(other, name+"/") }
		return strings.Count(name, "/") > 1 || !strings.Contains(name, "/") && slices.ContainsFunc(passed, inner)
	})
}

// print prints what ran. What the parts have nothing of is left out.
func (r *run) print(to io.Writer) {
	tested, empty := 0, 0
	for _, end := range r.packages {
		if end == "skip" {
			empty++
		} else {
			tested++
		}
	}
	line := func(what, format string, n int, args ...any) {
		if n > 0 {
			fmt.Fprintf(to, "  %-14s %s\n", what, fmt.Sprintf(format, append([]any{thousands(n)}, args...)...))
		}
	}
	fmt.Fprintln(to, "What ran:")
	line("packages", "%s (%d more have no tests)", tested, empty)
	line("Go tests", "%s passed, tests in tests included", len(r.ended("", "pass")))
	line("properties", "%s of %d ran and hold", len(properties(r.ended("", "pass"))), allProperties)
	line("cases", "%s generated", r.total(figures.Cases))
	line("mutants", "%s made and found", r.total(figures.Mutants))
	line("IAM decisions", "%s evaluated", r.total(figures.Decisions))
	line("Terraform", "%s stacks accepted", r.total(figures.Stacks))
	line("end to end", "%s scenarios passed", len(r.scenarios()))
	line("agent", "%s tests passed", r.agent)
	if len(r.skipped) == 0 {
		fmt.Fprintf(to, "  %-14s nothing\n", "skipped")
	}
	line("skipped", "%s", len(r.skipped))
	for _, s := range r.skipped {
		fmt.Fprintf(to, "    %s: %s\n", s.what, s.why)
	}
	var times []string
	for _, t := range r.times {
		times = append(times, fmt.Sprintf("%s %s", t.part, t.took.Round(time.Second)))
	}
	fmt.Fprintf(to, "  %-14s %s\n", "time", strings.Join(times, ", "))
}

// thousands is a number with commas.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
