package properties

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The ingestion state machine has validation, chunking, embedding and indexing
// states, each with retry and catch, and every state is reachable and can end.
func TestProperty07_IngestionMachine(t *testing.T) {
	machine := func(name string, value any, at ...any) mutant {
		return mutant{name, stacks.Orchestration, func(_ environment, d synth.Document) bool {
			r, _ := first(d, "aws_sfn_state_machine", "")
			before := parse(r.Get("definition"))
			if synth.Get(before, at[:len(at)-1]...) == nil {
				return false // a state that this configuration's machine does not have
			}
			inJSON("definition", func(m map[string]any) { put(m, value, at...) })(r.Attributes)
			return !reflect.DeepEqual(before, parse(r.Get("definition")))
		}}
	}
	var mutants []mutant
	for _, s := range []string{"Validate", "Chunk", "Embed", "Index"} {
		mutants = append(mutants,
			machine(s+" without retry", nil, "States", s, "Retry"),
			machine(s+" without catch", nil, "States", s, "Catch"),
			machine(s+" that retries nothing", float64(0), "States", s, "Retry", 0, "MaxAttempts"),
			machine(s+" left out", nil, "States", s))
	}
	batch := []any{"States", "Embed", "ItemProcessor", "States", "EmbedBatch"}
	mutants = append(mutants,
		machine("a batch without retry", nil, append(slices.Clone(batch), "Retry")...),
		machine("a batch without catch", nil, append(slices.Clone(batch), "Catch")...),
		machine("a batch that goes nowhere", nil, append(slices.Clone(batch), "End")...),
		machine("a state that nothing reaches", map[string]any{"Type": "Pass", "End": true}, "States", "Alone"),
		machine("a state that never ends", "Chunk", "States", "Index", "Next"),
		machine("a next that is not there", "Nowhere", "States", "Chunk", "Next"),
		machine("a begin that is not there", "Nowhere", "StartAt"),
		machine("a choice without default", nil, "States", "Decide", "Default"),
		machine("no chunks", "Embed", "States", "IsApproved", "Choices", 0, "Next"),
		machine("a failure that starts over", "Validate", "States", "NotifyFailure", "Next"),
		machine("indexing before embedding", "Index", "States", "Chunk", "Next"),
		machine("no end of the whole", nil, "TimeoutSeconds"),
		drop("no machine", stacks.Orchestration, "aws_sfn_state_machine", ""))
	prove(t, []string{stacks.Orchestration}, ingestionMachine, mutants...)
}

func ingestionMachine(e environment) []string {
	machines := e.docs[stacks.Orchestration].Resources("aws_sfn_state_machine")
	if len(machines) != 1 {
		return []string{fmt.Sprintf("%d state machines", len(machines))}
	}
	var p problems
	definition := parse(machines[0].Get("definition"))
	p.that(definition["TimeoutSeconds"] != nil, "an execution may last for ever")
	p.walk("", definition)

	// The function's steps, by the state that calls it, in the order of work.
	begin, _ := definition["StartAt"].(string)
	states, _ := definition["States"].(map[string]any)
	last, learned := begin, recorded(states)
	p.that(learned != "", "no state says that a document is learned")
	for _, step := range []string{contract.StepValidate, contract.StepChunk, contract.StepEmbed, contract.StepIndex} {
		name := calls(states, step)
		if name == "" {
			p.add("no state does the step %s", step)
			continue
		}
		p.that(len(list(synth.Get(states[name], "Retry"))) > 0 && len(list(synth.Get(states[name], "Catch"))) > 0, "%s has no retry and catch", name)
		p.that(reach(states, last)[name], "%s can't follow on %s", name, last)
		// No document is learned around it.
		without := maps.Clone(states)
		delete(without, name)
		p.that(!reach(without, begin)[learned], "%s can be left out", name)
		last = name
	}
	return p
}

// calls is the state, of its own or of its batches, that has the function do
// the step.
func calls(states map[string]any, step string) string {
	for name, s := range states {
		if synth.Get(s, "Parameters", "Payload", "step") == step {
			return name
		}
		if inner, ok := synth.Get(s, "ItemProcessor", "States").(map[string]any); ok && calls(inner, step) != "" {
			return name
		}
	}
	return ""
}

// recorded is the state that says that a document is learned.
func recorded(states map[string]any) string {
	for name, s := range states {
		if synth.Get(s, "Parameters", "Payload", "status") == contract.StatusIndexed {
			return name
		}
	}
	return ""
}

// nexts are where a state leads to.
func nexts(state any) []string {
	var all []string
	add := func(v any) {
		if name, ok := v.(string); ok {
			all = append(all, name)
		}
	}
	add(synth.Get(state, "Next"))
	add(synth.Get(state, "Default"))
	for _, field := range []string{"Choices", "Catch"} {
		for _, c := range list(synth.Get(state, field)) {
			add(synth.Get(c, "Next"))
		}
	}
	return all
}

// reach is the states that can follow on one, itself included.
func reach(states map[string]any, from string) map[string]bool {
	seen, open := map[string]bool{}, []string{from}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		if _, ok := states[name]; ok && !seen[name] {
			seen[name] = true
			open = append(open, nexts(states[name])...)
		}
	}
	return seen
}

// walk checks a machine, or the processor of a map, and what is in it.
func (p *problems) walk(at string, machine any) {
	begin, _ := synth.Get(machine, "StartAt").(string)
	states, _ := synth.Get(machine, "States").(map[string]any)
	p.that(states[begin] != nil, "%sit begins with %q, which is not there", at, begin)
	reached := reach(states, begin)
	for name, s := range states {
		kind := synth.Get(s, "Type")
		p.that(reached[name], "%s%s can't be reached", at, name)
		for _, next := range nexts(s) {
			p.that(states[next] != nil, "%s%s leads to %s, which is not there", at, name, next)
		}
		terminal := kind == "Succeed" || kind == "Fail" || synth.Get(s, "End") == true
		switch kind {
		case "Choice":
			p.that(synth.Get(s, "Default") != nil, "%s%s has no default", at, name)
		case "Succeed", "Fail":
		default:
			p.that((synth.Get(s, "Next") != nil) != (synth.Get(s, "End") == true), "%s%s neither ends nor goes on, or both", at, name)
		}
		if kind == "Task" || kind == "Map" {
			p.that(len(list(synth.Get(s, "Retry"))) > 0, "%s%s has no retry", at, name)
			for _, r := range list(synth.Get(s, "Retry")) {
				attempts, given := synth.Get(r, "MaxAttempts").(float64)
				p.that(!given || attempts > 0, "%s%s retries nothing", at, name)
			}
			p.that(slices.ContainsFunc(list(synth.Get(s, "Catch")), func(c any) bool { return has(synth.Get(c, "ErrorEquals"), "States.ALL") }), "%s%s does not catch every error", at, name)
		}
		if inner := synth.Get(s, "ItemProcessor"); inner != nil {
			p.walk(at+name+"/", inner)
		}
		// From every state some way ends.
		ends := terminal
		for other := range reach(states, name) {
			t := synth.Get(states[other], "Type")
			ends = ends || t == "Succeed" || t == "Fail" || synth.Get(states[other], "End") == true
		}
		p.that(ends, "%s%s never ends", at, name)
	}
	// No way goes in a circle: whatever happens, an execution ends.
	for name, s := range states {
		for _, next := range nexts(s) {
			p.that(!reach(states, next)[name], "%s%s comes around to itself", at, name)
		}
	}
}
