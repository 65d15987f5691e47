// Package figures has tests say how much they proved, each in a line of its own
// that the summary of a run adds up (test/summary).
package figures

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

// Figure is something that is counted.
type Figure string

// What is counted.
const (
	Cases     Figure = "cases"         // generated configurations, once for each property
	Mutants   Figure = "mutants"       // that were made, and found
	Decisions Figure = "IAM decisions" // of the IAM engine
	Stacks    Figure = "stacks"        // that Terraform accepted
)

// Report adds n to a figure.
func Report(t testing.TB, f Figure, n int) {
	t.Helper()
	t.Log(line(f, n))
}

// Print adds n to a figure from a TestMain, where there is no test to log to.
func Print(f Figure, n int) { fmt.Println(line(f, n)) }

func line(f Figure, n int) string { return fmt.Sprintf("figure: %d %s", n, f) }

var pattern = regexp.MustCompile(`(?:^|: )figure: (\d+) (.+?)\s*$`)

// Parse reads a line of a test's output; ok is false if it is another one.
func Parse(text string) (f Figure, n int, ok bool) {
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[1])
	return Figure(m[2]), n, err == nil
}
