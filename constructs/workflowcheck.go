package constructs

import (
	"fmt"
	"maps"
	"slices"
)

// The error names of the Amazon States Language that this package knows.
const (
	allErrors = "States.ALL"
	// FullJitter spreads repetitions evenly between zero and the interval.
	FullJitter = "FULL"
)

// Check lists what is wrong with the workflow: a way that leads nowhere, a
// state that nothing reaches or that never ends, a circle that no Choice leads
// out of or that no time limit ends, and tasks without a time limit, bounded
// repetition with full jitter, or a way out of every error.
func (w Workflow) Check() []string {
	var problems []string
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if _, ok := w.States[w.StartAt]; !ok {
		say("StartAt names %q, which is no state", w.StartAt)
	}
	for _, name := range slices.Sorted(maps.Keys(w.States)) {
		s := w.States[name]
		if len(name) > 80 {
			say("%s: the name has more than 80 characters", name)
		}
		for _, next := range s.ways() {
			if _, ok := w.States[next]; !ok {
				say("%s leads to %q, which is no state", name, next)
			}
		}
		for _, problem := range s.check() {
			say("%s: %s", name, problem)
		}
	}
	reached := w.closure(w.StartAt)
	for _, name := range slices.Sorted(maps.Keys(w.States)) {
		if !reached[name] {
			say("%s is reached from nowhere", name)
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(w.closure(name))), func(n string) bool { return w.States[n].ends() }) {
			say("%s never comes to an end", name)
		}
		if w.circles(name, false) {
			say("%s is in a circle without a Choice", name)
		} else if w.TimeoutSeconds == 0 && w.circles(name, true) {
			say("%s is in a circle, and the workflow has no time limit", name)
		}
	}
	return problems
}

// closure is every state that can be reached from one, itself among them.
func (w Workflow) closure(from string) map[string]bool {
	seen := map[string]bool{}
	for open := []string{from}; len(open) > 0; open = open[1:] {
		if s, ok := w.States[open[0]]; ok && !seen[open[0]] {
			seen[open[0]] = true
			open = append(open, s.ways()...)
		}
	}
	return seen
}

// circles reports whether a way leads from a state back to it, with or without
// Choices on it.
func (w Workflow) circles(name string, choices bool) bool {
	seen := map[string]bool{}
	for open := []string{name}; len(open) > 0; open = open[1:] {
		s := w.States[open[0]]
		if !choices && s.Type == "Choice" {
			continue
		}
		for _, next := range s.ways() {
			if next == name {
				return true
			}
			if !seen[next] {
				seen[next] = true
				open = append(open, next)
			}
		}
	}
	return false
}

// ways is the names of the states that a state leads to.
func (s WorkflowState) ways() []string {
	var names []string
	for _, name := range []string{s.Next, s.Default} {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, c := range s.Catch {
		names = append(names, c.Next)
	}
	for _, c := range s.Choices {
		names = append(names, c.Next)
	}
	return names
}

func (s WorkflowState) ends() bool { return s.End || s.Type == "Succeed" || s.Type == "Fail" }

func (s WorkflowState) check() []string {
	var problems []string
	need := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	switch s.Type {
	case "Succeed", "Fail":
		need(s.Next == "" && !s.End, "a %s state has neither Next nor End", s.Type)
	case "Choice":
		need(len(s.Choices) > 0 && s.Default != "", "a Choice has choices and a default")
		need(s.Next == "" && !s.End, "a Choice has neither Next nor End")
	case "Pass", "Task", "Map", "Wait":
		need((s.Next != "") != s.End, "a %s state has either Next or End", s.Type)
	default:
		need(false, "type %q is not known", s.Type)
	}
	need((s.Type == "Wait") == (s.Seconds > 0), "a Wait, and nothing else, has seconds")
	if s.Type == "Task" {
		need(s.Resource != "", "a Task has a resource")
		need(s.TimeoutSeconds > 0, "a Task has a time limit")
	}
	if s.Type == "Task" || s.Type == "Map" {
		need(len(s.Retry) > 0, "a %s is repeated when it fails", s.Type)
		need(len(s.Catch) > 0 && slices.Equal(s.Catch[len(s.Catch)-1].ErrorEquals, []string{allErrors}), "the last catcher takes %s, alone", allErrors)
	}
	for i, r := range s.Retry {
		need(r.MaxAttempts > 0 && r.MaxDelaySeconds > 0, "retrier %d has no bounds", i)
		need(r.BackoffRate > 1 && r.IntervalSeconds > 0 && r.JitterStrategy == FullJitter, "retrier %d does not back off with full jitter", i)
		need(!slices.Contains(r.ErrorEquals, allErrors) || (len(r.ErrorEquals) == 1 && i == len(s.Retry)-1), "retrier %d: %s stands alone and last", i, allErrors)
	}
	if s.Type == "Map" {
		if s.ItemProcessor == nil || s.ItemProcessor.ProcessorConfig == nil {
			return append(problems, "a Map has an item processor with a mode")
		}
		need(s.MaxConcurrency > 0, "a Map limits its concurrency")
		for _, p := range s.ItemProcessor.Check() {
			problems = append(problems, "processor: "+p)
		}
	}
	return problems
}
