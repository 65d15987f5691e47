package terraform

import (
	"slices"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/verdict"
	"github.com/flowops/flowops/test/figures"
)

func TestPlatformStandsUp(t *testing.T) {
	for _, environment := range envs.Names() {
		stacks := stacksOf(t, environment) // one after the other: there is one kernel
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			standsUp(t, lab(t, terraform(t, stacks), stacks))
		})
	}
}

// standsUp has every stack accepted, planned and applied after the ones before
// it, whose outputs it reads from their state. Then nothing is left to change,
// and destroying in reverse leaves nothing behind.
func standsUp(t *testing.T, l *verdict.Lab) {
	t.Helper()
	for _, s := range l.Stacks() {
		if err := l.Accept(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if err := l.Apply(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range l.Stacks() {
		if err := l.Settled(t.Context(), s); err != nil {
			t.Error(err)
		}
	}
	for _, s := range slices.Backward(l.Stacks()) {
		if err := l.Destroy(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	figures.Report(t, figures.Stacks, len(l.Stacks()))
}
