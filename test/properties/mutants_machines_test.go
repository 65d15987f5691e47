package properties

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/flowops/flowops/test/synth"
)

// redefine changes a machine's definition; it is false if nothing is another
// then.
func redefine(r synth.Resource, how func(m map[string]any) bool) bool {
	before, after := parse(r.Get("definition")), parse(r.Get("definition"))
	if before == nil || !how(after) || reflect.DeepEqual(before, after) {
		return false
	}
	text, err := json.Marshal(after)
	if err != nil {
		panic(err)
	}
	r.Attributes["definition"] = string(text)
	return true
}

// machineMutants make any one machine of an environment wrong, another one in
// another configuration.
func machineMutants() []mutant {
	anyMachine := func(name string, how func(m map[string]any) bool) mutant {
		return mutant{name: name, change: func(e environment, _ synth.Document) bool {
			all := machines(e)
			return redefine(all[e.turn(len(all))].resource, how)
		}}
	}
	set := func(name string, value any, at ...any) mutant {
		return anyMachine(name, func(m map[string]any) bool { put(m, value, at...); return true })
	}
	// state changes the first state, by name, that is of a kind and has a field.
	state := func(name, kind, field string, how func(s map[string]any)) mutant {
		return anyMachine(name, func(m map[string]any) bool {
			states := m["States"].(map[string]any)
			for _, at := range slices.Sorted(maps.Keys(states)) {
				if s := states[at].(map[string]any); s["Type"] == kind && s[field] != nil {
					how(s)
					return true
				}
			}
			return false
		})
	}
	mutants := []mutant{
		set("a state that nothing reaches", map[string]any{"Type": "Pass", "End": true}, "States", "Alone"),
		set("a begin that is not there", "Nowhere", "StartAt"),
		set("no end of the whole", nil, "TimeoutSeconds"),
		anyMachine("an endless loop beside the way", func(m map[string]any) bool {
			put(m, map[string]any{"Type": "Choice", "Choices": []any{map[string]any{"Variable": "$.x", "IsPresent": true, "Next": "Around"}}, "Default": m["StartAt"]}, "States", "Begin")
			put(m, map[string]any{"Type": "Pass", "Next": "Around2"}, "States", "Around")
			put(m, map[string]any{"Type": "Pass", "Next": "Around"}, "States", "Around2")
			put(m, "Begin", "StartAt")
			return true
		}),
	}
	// What only the validator sees.
	for _, m := range []mutant{
		state("a bad JSONPath", "Task", "ResultPath", setting("$.a[", "ResultPath")),
		state("a path that no result can be put at", "Task", "ResultPath", setting("$..a", "ResultPath")),
		state("a bad path in a parameter", "Task", "Parameters", func(s map[string]any) { put(s, "$.a..[", "Parameters", "bad.$") }),
		state("an intrinsic function that there is not", "Task", "Parameters", func(s map[string]any) { put(s, "States.Nothing($.a)", "Parameters", "bad.$") }),
		state("an interval as text", "Task", "Retry", setting("2", "Retry", 0, "IntervalSeconds")),
		state("a back-off below one", "Task", "Retry", setting(0.5, "Retry", 0, "BackoffRate")),
		state("a retry of no error", "Task", "Retry", setting(nil, "Retry", 0, "ErrorEquals")),
		state("an operator that there is not", "Choice", "Choices", func(s map[string]any) {
			rule := list(s["Choices"])[0].(map[string]any)
			for _, field := range slices.Sorted(maps.Keys(rule)) {
				if field != "Next" && field != "Variable" {
					rule["Resembles"] = rule[field]
					delete(rule, field)
				}
			}
		}),
		state("a resource that is no ARN", "Task", "Resource", setting("lambda:invoke", "Resource")),
		state("a resource that Terraform would not know", "Task", "Resource", setting("${local.resource}", "Resource")),
		state("two limits of time", "Task", "TimeoutSeconds", setting("$.seconds", "TimeoutSecondsPath")),
		set("a version that there is not", float64(2), "Version"),
		set("a limit of time as text", "300", "TimeoutSeconds"),
	} {
		m.every = 13 // one a case
		mutants = append(mutants, m)
	}
	return mutants
}
