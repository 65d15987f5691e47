package properties

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/flowops/flowops/test/synth"
)

// circles are the groups of states that an execution can go around in with no
// choice that leads out of them. A choice that does breaks the circles through
// it; what is left of its group is looked at in the same way.
func circles(states map[string]any) [][]string { return endless(states, states) }

func endless(all, some map[string]any) [][]string {
	var found [][]string
	for _, group := range groups(some) {
		rest := map[string]any{}
		for _, name := range group {
			out := slices.ContainsFunc(nexts(all[name]), func(next string) bool { return all[next] != nil && !slices.Contains(group, next) })
			if synth.Get(all[name], "Type") != "Choice" || !out {
				rest[name] = all[name]
			}
		}
		if len(rest) == len(group) {
			found = append(found, group)
		} else {
			found = append(found, endless(all, rest)...)
		}
	}
	return found
}

// groups are the states that lead to each other and to themselves.
func groups(states map[string]any) [][]string {
	follow := map[string]map[string]bool{}
	for name, s := range states {
		follow[name] = map[string]bool{}
		for _, next := range nexts(s) {
			maps.Copy(follow[name], reach(states, next))
		}
	}
	var found [][]string
	grouped := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(states)) {
		if grouped[name] || !follow[name][name] {
			continue
		}
		var group []string
		for _, other := range slices.Sorted(maps.Keys(follow[name])) {
			if follow[other][name] {
				group, grouped[other] = append(group, other), true
			}
		}
		found = append(found, group)
	}
	return found
}

func TestCircles(t *testing.T) {
	state := func(next ...string) any { return map[string]any{"Type": "Task", "Next": next[0]} }
	choice := func(otherwise string, next ...string) any {
		c := map[string]any{"Type": "Choice", "Default": otherwise}
		var choices []any
		for _, n := range next {
			choices = append(choices, map[string]any{"Next": n})
		}
		c["Choices"] = choices
		return c
	}
	end := map[string]any{"Type": "Succeed"}
	for name, c := range map[string]struct {
		states map[string]any
		want   string
	}{
		"a line":                            {map[string]any{"a": state("b"), "b": end}, "[]"},
		"itself":                            {map[string]any{"a": state("a"), "b": end}, "[[a]]"},
		"two":                               {map[string]any{"a": state("b"), "b": state("a")}, "[[a b]]"},
		"a loop that a choice leaves":       {map[string]any{"a": state("b"), "b": choice("a", "c"), "c": end}, "[]"},
		"a choice that stays":               {map[string]any{"a": state("b"), "b": choice("a", "a")}, "[[a b]]"},
		"a loop that a catch leaves":        {map[string]any{"a": map[string]any{"Next": "a", "Catch": []any{map[string]any{"Next": "b"}}}, "b": end}, "[[a]]"},
		"a way around the choice":           {map[string]any{"a": choice("b", "c"), "b": choice("a", "d"), "c": state("d"), "d": state("c")}, "[[c d]]"},
		"loops in loops":                    {map[string]any{"a": state("b"), "b": choice("b2", "c"), "b2": state("b"), "c": choice("a", "d"), "d": end}, "[]"},
		"a loop inside that nothing leaves": {map[string]any{"a": choice("b", "z"), "b": map[string]any{"Type": "Task", "Next": "c", "Catch": []any{map[string]any{"Next": "a"}}}, "c": state("b"), "z": end}, "[[b c]]"},
	} {
		if got := fmt.Sprint(circles(c.states)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
