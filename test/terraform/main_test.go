// Package terraform asks Terraform itself about what is synthesized, with a
// provider that has the AWS provider's schema and no AWS behind it.
package terraform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/flowops/flowops/internal/verdict"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/synth"
)

func TestMain(m *testing.M) { os.Exit(synth.Main(m)) }

// stacksOf synthesizes an environment, rules included.
func stacksOf(t *testing.T, environment string) []verdict.Stack {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if _, err := platform.Run(t, platform.Config(t, environment), out); err != nil {
		t.Fatal(err)
	}
	stacks, err := verdict.Stacks(out)
	if err != nil {
		t.Fatal(err)
	}
	return stacks
}

// terraform is the program that judges, by the schema of what the stacks use.
func terraform(t *testing.T, stacks []verdict.Stack) verdict.Terraform {
	t.Helper()
	program, err := verdict.Find(t.Context(), filepath.Join("..", "..", ".tools", "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	program, err = verdict.SchemaOnly(t.Context(), program, t.TempDir(), stacks)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func lab(t *testing.T, program verdict.Terraform, stacks []verdict.Stack) *verdict.Lab {
	t.Helper()
	l, err := verdict.NewLab(program, t.TempDir(), stacks)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
