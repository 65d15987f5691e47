package validation

import (
	"os"
	"path/filepath"
	"testing"
)

// prodStacks are prod's stacks as synthesized, bootstrap among them.
func prodStacks(t testing.TB) []*Stack {
	t.Helper()
	var stacks []*Stack
	for _, file := range snapshots(t) {
		if filepath.Base(filepath.Dir(file)) != "prod" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(filepath.Base(file), text)
		if err != nil {
			t.Fatal(err)
		}
		stacks = append(stacks, s)
	}
	return stacks
}

// BenchmarkCheck lets every rule judge prod's stacks, as a synth does.
func BenchmarkCheck(b *testing.B) {
	stacks, resources := prodStacks(b), 0
	for _, s := range stacks {
		resources += len(s.Resources)
	}
	opts := Options{Environment: "prod", Protected: true}
	for b.Loop() {
		if n := len(Check(stacks, opts).Errors()); n > 0 {
			b.Fatalf("%d errors", n)
		}
	}
	b.ReportMetric(float64(len(Rules())), "rules")
	b.ReportMetric(float64(resources), "resources")
}
