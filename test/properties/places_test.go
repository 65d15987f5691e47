package properties

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/synth"
)

// place is where a setting stands in an environment's documents.
type place struct {
	field string // of envs.Config
	what  string
	stack string // whose document holds it; "" for several
	read  func(e environment) any
	want  func(c envs.Config) any // nil where nothing is to stand there
	// wrong puts another value there; false where there is nothing to change.
	wrong func(e environment) bool
}

// holds is whether what stands there is what the configuration says.
func (p place) holds(e environment) (ok bool, got, want any) {
	got, want = plain(p.read(e)), plain(p.want(e.cfg))
	return reflect.DeepEqual(got, want), got, want
}

func (p place) mutant() mutant {
	return mutant{name: "another value of " + p.field + " (" + p.what + ")", stack: p.stack, change: func(e environment, _ synth.Document) bool { return p.wrong(e) }}
}

// plain is a value as JSON has it.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var x any
	if err := json.Unmarshal(text, &x); err != nil {
		panic(err)
	}
	return x
}

// with is a step to the item of a list whose field has that value.
type with struct{ field, value string }

// at is a setting that is an attribute of the first resource of a type and path.
// The steps are those of synth.Get and with; they lead into attributes that hold
// JSON too.
func at(field, stack, kind, path string, want func(c envs.Config) any, steps ...any) place {
	return place{
		field: field, what: kind + " " + path, stack: stack, want: want,
		read: func(e environment) any {
			r, _ := first(e.docs[stack], kind, path)
			return find(r.Attributes, steps...)
		},
		wrong: func(e environment) bool {
			r, ok := first(e.docs[stack], kind, path)
			if !ok || find(r.Attributes, steps[:len(steps)-1]...) == nil {
				return false
			}
			replace(r.Attributes, "another", steps...)
			return true
		},
	}
}

// there is a setting that says whether there is a resource of a type and path.
func there(field, stack, kind, path string, want func(c envs.Config) bool) place {
	return place{
		field: field, what: "whether there is " + kind, stack: stack, want: func(c envs.Config) any { return want(c) },
		read: func(e environment) any { _, ok := first(e.docs[stack], kind, path); return ok },
		wrong: func(e environment) bool {
			resources := e.docs[stack]["resource"].(map[string]any)
			if resources[kind] != nil {
				delete(resources, kind)
			} else {
				resources[kind] = map[string]any{"added": map[string]any{"//": map[string]any{"metadata": map[string]any{"path": path}}}}
			}
			return true
		},
	}
}

// each is a setting of every resource of a type that has it, by another
// attribute of those resources.
func each(field string, stacks []string, kind, by string, want func(c envs.Config) any, steps ...any) place {
	of := func(e environment, visit func(key string, r synth.Resource)) {
		for _, stack := range stacks {
			for _, r := range e.docs[stack].Resources(kind) {
				key, _ := r.Get(by).(string)
				if f, ok := referred(e.docs[stack], key); ok {
					key, _ = f.Get(by).(string)
				}
				if find(r.Attributes, steps...) != nil {
					visit(key, r)
				}
			}
		}
	}
	p := place{
		field: field, what: "each " + kind, want: want,
		read: func(e environment) any {
			all := map[string]any{}
			of(e, func(key string, r synth.Resource) { all[key] = find(r.Attributes, steps...) })
			return all
		},
		wrong: func(e environment) bool {
			var all []synth.Resource
			of(e, func(_ string, r synth.Resource) { all = append(all, r) })
			if len(all) == 0 {
				return false
			}
			last := slices.MaxFunc(all, func(a, b synth.Resource) int { return strings.Compare(a.Path, b.Path) })
			replace(last.Attributes, "another", steps...)
			return true
		},
	}
	if len(stacks) == 1 {
		p.stack = stacks[0]
	}
	return p
}

// find follows steps, into JSON that stands in a string too.
func find(v any, steps ...any) any {
	for _, s := range steps {
		if text, ok := v.(string); ok {
			v = parsed(text)
		}
		if w, ok := s.(with); ok {
			i := slices.IndexFunc(list(v), func(item any) bool { return synth.Get(item, w.field) == w.value })
			if i < 0 {
				return nil
			}
			v = list(v)[i]
			continue
		}
		v = synth.Get(v, s)
	}
	return v
}

// contents are attributes that hold JSON, to look into: the agents' definition
// is looked into often.
var contents = map[string]any{}

// parsed is the JSON object of a text, or the text if it is none.
func parsed(text string) any {
	v, ok := contents[text]
	if !ok {
		v = text
		if m := parse(text); m != nil {
			v = m
		}
		contents[text] = v
	}
	return v
}

// replace puts a value where find finds one.
func replace(a map[string]any, value any, steps ...any) {
	for i := range steps {
		inner := find(a, steps[:i]...)
		if text, ok := inner.(string); ok && parse(text) != nil {
			content := parse(text)
			replace(content, value, steps[i:]...)
			raw, err := json.Marshal(content)
			if err != nil {
				panic(err)
			}
			put(find(a, steps[:i-1]...), string(raw), steps[i-1])
			return
		}
	}
	put(find(a, steps[:len(steps)-1]...), value, steps[len(steps)-1])
}

// value is what the configuration says, as it stands there.
func value[T any](f func(c envs.Config) T) func(envs.Config) any {
	return func(c envs.Config) any { return f(c) }
}

// where is a value that only stands there if a condition holds.
func where[T any](condition func(c envs.Config) bool, f func(c envs.Config) T) func(envs.Config) any {
	return func(c envs.Config) any {
		if !condition(c) {
			return nil
		}
		return f(c)
	}
}
