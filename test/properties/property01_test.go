package properties

import (
	"maps"
	"slices"
	"testing"

	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/figures"
	"github.com/flowops/flowops/test/references"
	"github.com/flowops/flowops/test/synth"
)

// Every stack synthesizes, what it refers to is there, and Terraform takes it
// (test/terraform has the checked-in environments planned and applied too).
func TestProperty01_Synthesis(t *testing.T) {
	t.Run("References", synthesizedReferences)
	t.Run("Terraform", acceptedByTerraform)
}

func acceptedByTerraform(t *testing.T) {
	b := newBench(t, slices.Collect(maps.Values(synthesized))...)
	prove(t, stacks.Names(), func(e environment) []string {
		if err := b.validate(t.Context(), e); err != nil {
			return []string{err.Error()}
		}
		return nil
	}, terraformMutants()...)
	figures.Report(t, figures.Stacks, b.accepted)
}

func synthesizedReferences(t *testing.T) {
	var mutants []mutant
	for _, name := range stacks.Names() {
		refer := func(what, value string) mutant {
			return mutant{name: what + " in " + name, stack: name, change: func(e environment, d synth.Document) bool {
				maps.DeleteFunc(e.docs, func(other string, _ synth.Document) bool { return other != name }) // they are right
				d["output"] = map[string]any{"wrong": map[string]any{"value": value}}
				return true
			}}
		}
		mutants = append(mutants,
			refer("a reference to nothing", "${aws_s3_bucket.nothing.arn}"),
			refer("a template that does not end", "${aws_s3_bucket.b"),
			mutant{name: "no resources in " + name, stack: name, change: func(e environment, d synth.Document) bool {
				maps.DeleteFunc(e.docs, func(other string, _ synth.Document) bool { return other != name })
				delete(d, "resource")
				return true
			}})
	}
	prove(t, stacks.Names(), synthesizes, mutants...)
}

func synthesizes(e environment) []string {
	var p problems
	for name, d := range e.docs {
		p.that(len(d.Resources("")) > 0, "%s is empty", name)
		wrong, reads := references.Check(name, d)
		p = append(p, wrong...)
		p.that(len(reads) == 0, "%s reads the state of others, though it was given what it needs", name)
	}
	return p
}
