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

// mutant makes the document of one stack wrong. It is false where the document
// has nothing that it could change, as a rule because the configuration did not
// ask for it.
type mutant struct {
	name   string
	stack  string
	change func(e environment, d synth.Document) bool
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
		for _, m := range mutants {
			wrong := environment{cfg, map[string]synth.Document{}}
			for name, d := range e.docs {
				wrong.docs[name] = d
			}
			wrong.docs[m.stack] = clone(e.docs[m.stack])
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
	t.Logf("%d cases, %d kinds of mutants, %d mutants killed, seed %s", cases, len(mutants), total, flag.Lookup("rapid.seed").Value)
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
