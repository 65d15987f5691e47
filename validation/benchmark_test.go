package validation

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkCheck lets every rule judge prod's stacks, as a synth does.
func BenchmarkCheck(b *testing.B) {
	var stacks []*Stack
	resources := 0
	for _, file := range snapshots(b) {
		if filepath.Base(filepath.Dir(file)) != "prod" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		s, err := Parse(filepath.Base(file), text)
		if err != nil {
			b.Fatal(err)
		}
		stacks, resources = append(stacks, s), resources+len(s.Resources)
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
