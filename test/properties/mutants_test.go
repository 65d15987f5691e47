package properties

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/flowops/flowops/test/synth"
)

// The resources that a mutant changes are those of a type whose construct path
// holds a text; the first by path.
func first(d synth.Document, kind, path string) (synth.Resource, bool) {
	all := d.Resources(kind)
	slices.SortFunc(all, func(a, b synth.Resource) int { return strings.Compare(a.Path, b.Path) })
	for _, r := range all {
		if strings.Contains(r.Path, path) {
			return r, true
		}
	}
	return synth.Resource{}, false
}

// change is a mutant that changes the attributes of one resource.
func change(name, stack, kind, path string, how func(a map[string]any)) mutant {
	return mutant{name: name, stack: stack, change: func(_ environment, d synth.Document) bool {
		r, ok := first(d, kind, path)
		if ok {
			how(r.Attributes)
		}
		return ok
	}}
}

// drop is a mutant without that resource.
func drop(name, stack, kind, path string) mutant {
	return mutant{name: name, stack: stack, change: func(_ environment, d synth.Document) bool {
		r, ok := first(d, kind, path)
		if ok {
			delete(d["resource"].(map[string]any)[kind].(map[string]any), r.Name)
		}
		return ok
	}}
}

// add is a mutant with one more resource, a changed copy of another one or a
// new one.
func add(name, stack, kind, path string, how func(a map[string]any)) mutant {
	return mutant{name: name, stack: stack, change: func(_ environment, d synth.Document) bool {
		resources := d["resource"].(map[string]any)
		a := map[string]any{}
		if r, ok := first(d, kind, path); ok {
			a = clone(r.Attributes)
		}
		how(a)
		if resources[kind] == nil {
			resources[kind] = map[string]any{}
		}
		resources[kind].(map[string]any)["added"] = a
		return true
	}}
}

// put sets a value below attributes; the steps lead there as in synth.Get.
func put(a any, value any, steps ...any) {
	for i, s := range steps {
		last := i == len(steps)-1
		switch key := s.(type) {
		case string:
			if l, ok := a.([]any); ok && len(l) == 1 {
				a = l[0]
			}
			m := a.(map[string]any)
			if last && value == nil {
				delete(m, key)
			} else if last {
				m[key] = value
			}
			a = m[key]
		case int:
			l := a.([]any)
			if last {
				l[key] = value
			}
			a = l[key]
		}
	}
}

// setting is the change that puts a value; nil removes it.
func setting(value any, steps ...any) func(map[string]any) {
	return func(a map[string]any) { put(a, value, steps...) }
}

// parse reads an attribute that holds JSON; nil if it holds none.
func parse(v any) map[string]any {
	text, _ := v.(string)
	var m map[string]any
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil
	}
	return m
}

// inJSON is a change inside an attribute that holds a JSON object.
func inJSON(attribute string, how func(m map[string]any)) func(map[string]any) {
	return func(a map[string]any) {
		m := parse(a[attribute])
		how(m)
		raw, err := json.Marshal(m)
		if err != nil {
			panic(err)
		}
		a[attribute] = string(raw)
	}
}

// without is the change of a policy that removes the statement of that id.
func without(sid string) func(map[string]any) {
	return inJSON("policy", func(m map[string]any) {
		m["Statement"] = slices.DeleteFunc(list(m["Statement"]), func(s any) bool { return synth.Get(s, "Sid") == sid })
	})
}
