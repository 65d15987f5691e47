package properties

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/configs"
	"github.com/flowops/flowops/test/figures"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/synth"
)

// environment is a configuration and what was synthesized for it: one document
// a stack, by the stack's name.
type environment struct {
	cfg  envs.Config
	docs map[string]synth.Document
}

// A check tells what is wrong with an environment; nothing if the property
// holds.
type check func(e environment) []string

// mutant makes the document of one stack wrong, or with no stack any document
// of the environment. It is false where there is nothing that it could change,
// as a rule because the configuration did not ask for it.
type mutant struct {
	name   string
	stack  string
	change func(e environment, d synth.Document) bool
	// every is for mutants that are costly to judge: they are tried in one of so
	// many cases. 0 is all.
	every int
}

// numbers are the configurations that were seen, in their order.
var numbers = map[string]int{}

// turn is a number below n, another one for the next configuration, and always
// the same for the same one: a case that fails fails again.
func (e environment) turn(n int) int {
	text := configs.Go(e.cfg)
	if _, ok := numbers[text]; !ok {
		numbers[text] = len(numbers)
	}
	return numbers[text] % n
}

// prove checks generated environments, and that the check fails for each mutant
// of each environment.
func prove(t *testing.T, stackNames []string, holds check, mutants ...mutant) {
	t.Helper()
	artifacts := platform.Artifacts(t)
	killed, cases := map[string]int{}, 0
	rapid.Check(t, func(rt *rapid.T) {
		cfg := configs.Any().Draw(rt, "config")
		cases++
		e := environment{cfg, map[string]synth.Document{}}
		for _, name := range stackNames {
			e.docs[name] = document(t, cfg, name, artifacts)
		}
		if problems := holds(e); len(problems) > 0 {
			slices.Sort(problems)
			rt.Fatalf("%s\nfor the configuration\n%s", strings.Join(problems, "\n"), configs.Go(cfg))
		}
		for i, m := range mutants {
			if m.every > 0 && (e.turn(m.every)+i)%m.every != 0 {
				continue
			}
			wrong := environment{cfg, map[string]synth.Document{}}
			for name, d := range e.docs {
				if wrong.docs[name] = d; m.stack == name || m.stack == "" {
					wrong.docs[name] = clone(d)
				}
			}
			if !m.change(wrong, wrong.docs[m.stack]) {
				continue
			}
			if len(holds(wrong)) == 0 {
				rt.Fatalf("the mutant %q survives\nfor the configuration\n%s", m.name, configs.Go(cfg))
			}
			killed[m.name]++
		}
	})
	if t.Failed() {
		return
	}
	total := 0
	for _, m := range mutants {
		if killed[m.name] == 0 {
			t.Errorf("the mutant %q changed nothing in any case", m.name)
		}
		total += killed[m.name]
	}
	figures.Report(t, figures.Cases, cases)
	figures.Report(t, figures.Mutants, total)
	t.Logf("%d kinds of mutants, seed %s", len(mutants), flag.Lookup("rapid.seed").Value)
}

func clone[T ~map[string]any](d T) T { return T(copied(map[string]any(d)).(map[string]any)) }

func copied(v any) any {
	switch x := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(x))
		for k, item := range x {
			m[k] = copied(item)
		}
		return m
	case []any:
		l := make([]any, len(x))
		for i, item := range x {
			l[i] = copied(item)
		}
		return l
	}
	return v
}

// problems collects what is wrong.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

// that adds a problem unless ok.
func (p *problems) that(ok bool, format string, args ...any) {
	if !ok {
		p.add(format, args...)
	}
}
