package properties

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// The ingestion state machine has validation, chunking, embedding and indexing
// states, each with retry and catch, and every state is reachable and can end.
// All but the steps holds for every other machine too, and a validator of the
// language has nothing against it.
func TestProperty07_StateMachines(t *testing.T) {
	ingestion := func(name string, value any, at ...any) mutant {
		return mutant{name: name, stack: stacks.Orchestration, change: func(_ environment, d synth.Document) bool {
			r, _ := first(d, "aws_sfn_state_machine", ingestionPath)
			return redefine(r, func(m map[string]any) bool {
				if synth.Get(m, at[:len(at)-1]...) == nil {
					return false // a state that this configuration's machine does not have
				}
				put(m, value, at...)
				return true
			})
		}}
	}
	var mutants []mutant
	for _, s := range []string{"Validate", "Chunk", "Embed", "Index"} {
		mutants = append(mutants,
			ingestion(s+" without retry", nil, "States", s, "Retry"),
			ingestion(s+" without catch", nil, "States", s, "Catch"),
			ingestion(s+" that retries nothing", float64(0), "States", s, "Retry", 0, "MaxAttempts"),
			ingestion(s+" left out", nil, "States", s))
	}
	batch := []any{"States", "Embed", "ItemProcessor", "States", "EmbedBatch"}
	mutants = append(mutants,
		ingestion("a batch without retry", nil, append(slices.Clone(batch), "Retry")...),
		ingestion("a batch without catch", nil, append(slices.Clone(batch), "Catch")...),
		ingestion("a batch that goes nowhere", nil, append(slices.Clone(batch), "End")...),
		ingestion("a state that never ends", "Chunk", "States", "Index", "Next"),
		ingestion("a next that is not there", "Nowhere", "States", "Chunk", "Next"),
		ingestion("a choice without default", nil, "States", "Decide", "Default"),
		ingestion("no chunks", "Embed", "States", "IsApproved", "Choices", 0, "Next"),
		ingestion("a failure that starts over", "Validate", "States", "NotifyFailure", "Next"),
		ingestion("a rejection that starts over", "IsDocument", "States", "IsApproved", "Default"),
		ingestion("indexing before embedding", "Index", "States", "Chunk", "Next"),
		drop("no machine", stacks.Orchestration, "aws_sfn_state_machine", ingestionPath))
	mutants = append(mutants, machineMutants()...)
	prove(t, stacks.Names(), stateMachines, mutants...)
}

// ingestionPath is in the ingestion machine's construct path.
const ingestionPath = "ingestion"

// stateMachines checks every machine of an environment, and the ingestion
// machine's steps.
func stateMachines(e environment) []string {
	var p problems
	ingestion := 0
	all := machines(e)
	for _, m := range all {
		at := m.resource.Path + ": "
		p.that(m.definition["TimeoutSeconds"] != nil, "%san execution may last for ever", at)
		p.walk(at, m.definition)
		if m.stack == stacks.Orchestration && strings.Contains(m.resource.Path, ingestionPath) {
			ingestion++
			p.ingestion(m.definition)
		}
	}
	p.that(ingestion == 1, "%d ingestion machines", ingestion)
	if len(p) > 0 {
		return p // the validator takes its time
	}
	for _, m := range all {
		said, err := m.validate(e)
		if err != nil {
			return []string{err.Error()}
		}
		for _, s := range said {
			p.add("%s: %s", m.resource.Path, s)
		}
	}
	return p
}

// ingestion checks the steps of a document's way.
func (p *problems) ingestion(definition map[string]any) {
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
	// Nothing is done twice: no way goes in a circle.
	for _, circle := range groups(states) {
		p.add("ingestion comes around to %s", circle[0])
	}
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
		if kind == "Task" || kind == "Map" || kind == "Parallel" {
			p.that(len(list(synth.Get(s, "Retry"))) > 0, "%s%s has no retry", at, name)
			for _, r := range list(synth.Get(s, "Retry")) {
				attempts, given := synth.Get(r, "MaxAttempts").(float64)
				p.that(!given || attempts > 0, "%s%s retries nothing", at, name)
				rate, given := synth.Get(r, "BackoffRate").(float64)
				p.that(!given || rate >= 1, "%s%s has a back-off below 1, which the language does not take", at, name)
			}
			p.that(slices.ContainsFunc(list(synth.Get(s, "Catch")), func(c any) bool { return has(synth.Get(c, "ErrorEquals"), "States.ALL") }), "%s%s does not catch every error", at, name)
		}
		for _, inner := range append(list(synth.Get(s, "ItemProcessor")), list(synth.Get(s, "Branches"))...) {
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
	// An execution can leave every circle that it goes in.
	for _, circle := range circles(states) {
		p.add("%sno choice leads out of %s", at, strings.Join(circle, ", "))
	}
}
