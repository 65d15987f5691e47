package stacks

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// workflowRun runs a definition as Step Functions would, as far as the ingestion
// state machine goes: JSONPath, retries without the waiting, catches, and a map.
type workflowRun struct {
	t       testing.TB
	machine map[string]any
	// function answers a step; nil, nil is an answer without content.
	function func(contract.IngestionStep) (any, *workflowError)
	// data answers a step of the machine that erases tenants' data instead, and told
	// gets its events.
	data func(contract.TenantDataStep) (any, *workflowError)
	told func(contract.TenantDataFailedDetail) *workflowError
	// decision ends the wait for a task token.
	decision func(token string) (any, *workflowError)
	notify   *workflowError // what putting an event fails with
	states   []string       // entered
	steps    []contract.IngestionStep
	events   []contract.IngestionFailedDetail
	largest  int // bytes of a state's input
	waited   int // seconds
}

type workflowError struct{ name, cause string }

// run returns the output, or the error that the execution failed with.
func (r *workflowRun) run(input any) (any, *workflowError) {
	r.t.Helper()
	return r.execute(r.machine, input, map[string]any{"Execution": map[string]any{"Name": "e1"}, "Task": map[string]any{"Token": "token-1"}})
}

func (r *workflowRun) execute(machine map[string]any, data any, context map[string]any) (any, *workflowError) {
	name := machine["StartAt"].(string)
	for {
		r.states = append(r.states, name)
		raw, _ := json.Marshal(data)
		r.largest = max(r.largest, len(raw))
		s := machine["States"].(map[string]any)[name].(map[string]any)
		switch s["Type"] {
		case "Succeed":
			return data, nil
		case "Fail":
			e := &workflowError{}
			e.name, _ = at(data, s["ErrorPath"].(string)).(string)
			e.cause, _ = at(data, s["CausePath"].(string)).(string)
			return nil, e
		case "Choice":
			name = r.choose(s, data)
			continue
		case "Wait":
			r.waited += int(s["Seconds"].(float64))
			name = s["Next"].(string)
			continue
		}
		output, failure := r.attempt(s, data, context)
		if failure != nil {
			catch := catcher(s, failure.name)
			if catch == nil {
				return nil, failure
			}
			data, name = put(data, catch["ResultPath"], map[string]any{"Error": failure.name, "Cause": failure.cause}), catch["Next"].(string)
			continue
		}
		data = output
		if s["End"] == true {
			return data, nil
		}
		name = s["Next"].(string)
	}
}

// attempt does a state, again and again where its retriers say so.
func (r *workflowRun) attempt(s map[string]any, data any, context map[string]any) (any, *workflowError) {
	retries := map[int]float64{}
	for {
		output, failure := r.once(s, data, context)
		if failure == nil {
			return output, nil
		}
		i := slices.IndexFunc(list(s["Retry"]), func(v any) bool { return takes(v, failure.name) })
		if i < 0 || retries[i] >= list(s["Retry"])[i].(map[string]any)["MaxAttempts"].(float64) {
			return nil, failure
		}
		retries[i]++
	}
}

func (r *workflowRun) once(s map[string]any, data any, context map[string]any) (any, *workflowError) {
	effective := data
	if p, ok := s["Parameters"]; ok {
		effective = r.resolve(p, data, context)
	}
	var result any
	var failure *workflowError
	switch resource, _ := s["Resource"].(string); {
	case s["Type"] == "Pass":
		result = effective
		if fixed, ok := s["Result"]; ok {
			result = fixed
		}
	case s["Type"] == "Map":
		failure = r.each(s, data, context)
	case strings.HasSuffix(resource, ":::lambda:invoke"), strings.HasSuffix(resource, ":::lambda:invoke.waitForTaskToken"):
		result, failure = r.invoke(effective)
		if failure == nil && strings.HasSuffix(resource, "Token") {
			result, failure = r.decision(r.steps[len(r.steps)-1].TaskToken)
		}
	case strings.HasSuffix(resource, ":::events:putEvents"):
		entry := effective.(map[string]any)["Entries"].([]any)[0].(map[string]any)
		if r.told != nil {
			var detail contract.TenantDataFailedDetail
			r.decode(entry["Detail"], &detail)
			if entry["DetailType"] != contract.EventTenantDataFailed || entry["Source"] != contract.EventSource || entry["EventBusName"] != "bus" {
				r.t.Errorf("event %v", entry)
			}
			failure = r.told(detail)
			break
		}
		var detail contract.IngestionFailedDetail
		r.decode(entry["Detail"], &detail)
		if entry["DetailType"] != contract.EventIngestionFailed || entry["Source"] != contract.EventSource || entry["EventBusName"] != "bus" {
			r.t.Errorf("event %v", entry)
		}
		if failure = r.notify; failure == nil {
			r.events = append(r.events, detail)
		}
	default:
		r.t.Fatalf("this model knows no %v of %v", s["Type"], resource)
	}
	if failure != nil {
		return nil, failure
	}
	if selector, ok := s["ResultSelector"]; ok {
		result = r.resolve(selector, result, context)
	}
	if path, ok := s["ResultPath"]; ok {
		result = put(data, path, result)
	}
	if path, ok := s["OutputPath"]; ok && path == nil {
		result = map[string]any{}
	}
	return result, nil
}

func (r *workflowRun) invoke(parameters any) (any, *workflowError) {
	p := parameters.(map[string]any)
	if p["FunctionName"] != "function" {
		r.t.Errorf("invokes %v", p["FunctionName"])
	}
	var answer any
	var failure *workflowError
	if r.data != nil {
		var step contract.TenantDataStep
		r.decode(p["Payload"], &step)
		answer, failure = r.data(step)
	} else {
		var step contract.IngestionStep
		r.decode(p["Payload"], &step)
		r.steps = append(r.steps, step)
		answer, failure = r.function(step)
	}
	if failure != nil {
		return nil, failure
	}
	var payload any
	raw, _ := json.Marshal(answer)
	_ = json.Unmarshal(raw, &payload)
	return map[string]any{"Payload": payload, "StatusCode": 200.0}, nil
}

func (r *workflowRun) each(s map[string]any, data any, context map[string]any) *workflowError {
	for _, item := range list(at(data, s["ItemsPath"].(string))) {
		inner := maps.Clone(context)
		inner["Map"] = map[string]any{"Item": map[string]any{"Value": item}}
		output, failure := r.execute(s["ItemProcessor"].(map[string]any), r.resolve(s["ItemSelector"], data, inner), context)
		if failure != nil {
			return &workflowError{"States.ExceedToleratedFailureThreshold", "an item failed"}
		}
		if raw, _ := json.Marshal(output); len(raw) > 2 {
			r.t.Errorf("an item of the map leaves %s behind: as many of them as there are batches don't fit into a state", raw)
		}
	}
	return nil
}

func (r *workflowRun) choose(s map[string]any, data any) string {
	var holds func(rule map[string]any) bool
	holds = func(rule map[string]any) bool {
		if and, ok := rule["And"]; ok {
			return !slices.ContainsFunc(list(and), func(v any) bool { return !holds(v.(map[string]any)) })
		}
		value := at(data, rule["Variable"].(string))
		if want, ok := rule["IsPresent"]; ok {
			return (value != nil) == want
		}
		if value == nil {
			r.t.Fatalf("%v is tested and not there", rule["Variable"])
		}
		want, ok := rule["StringEquals"]
		if !ok {
			want = rule["BooleanEquals"]
		}
		return value == want
	}
	for _, rule := range list(s["Choices"]) {
		if holds(rule.(map[string]any)) {
			return rule.(map[string]any)["Next"].(string)
		}
	}
	return s["Default"].(string)
}

var splitCall = regexp.MustCompile(`^States\.StringSplit\((.+), '(.)'\)$`)

// resolve fills in a template: a key that ends in ".$" has a path for its value.
func (r *workflowRun) resolve(template, data any, context map[string]any) any {
	switch v := template.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = r.resolve(v[i], data, context)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			name, isPath := strings.CutSuffix(k, ".$")
			if !isPath {
				out[k] = r.resolve(x, data, context)
				continue
			}
			path := x.(string)
			if call := splitCall.FindStringSubmatch(path); call != nil {
				var parts []any
				for _, part := range strings.FieldsFunc(at(data, call[1]).(string), func(c rune) bool { return string(c) == call[2] }) {
					parts = append(parts, part)
				}
				out[name] = parts
				continue
			}
			from := data
			if strings.HasPrefix(path, "$$.") {
				from, path = context, path[1:]
			}
			if out[name] = at(from, path); out[name] == nil {
				r.t.Fatalf("%v: %s is not there", r.states, x)
			}
		}
		return out
	}
	return template
}

func (r *workflowRun) decode(v, into any) {
	r.t.Helper()
	raw, _ := json.Marshal(v)
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		r.t.Errorf("%s: %v", raw, err)
	}
}

func list(v any) []any { l, _ := v.([]any); return l }

// at is the value at a path such as "$.a.b[0]"; nil where there is none.
func at(v any, path string) any {
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(path, "$"), "."), ".") {
		field, index, indexed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		m, _ := v.(map[string]any)
		v = m[field]
		if indexed {
			i, _ := strconv.Atoi(index)
			if l := list(v); i < len(l) {
				v = l[i]
			} else {
				v = nil
			}
		}
	}
	return v
}

// put is data with value at a path of one field; a null path drops the value.
func put(data, path, value any) any {
	if path == nil {
		return data
	}
	out := maps.Clone(data.(map[string]any))
	out[strings.TrimPrefix(path.(string), "$.")] = value
	return out
}

func catcher(s map[string]any, name string) map[string]any {
	for _, c := range list(s["Catch"]) {
		if takes(c, name) {
			return c.(map[string]any)
		}
	}
	return nil
}

func takes(rule any, name string) bool {
	errors := texts(rule.(map[string]any)["ErrorEquals"])
	return slices.Contains(errors, name) || slices.Contains(errors, "States.ALL")
}
