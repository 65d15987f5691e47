package properties

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/synth"
)

// places are where settings stand: each setting in one place at the least.
var places = slices.Concat(platformPlaces, servicePlaces)

// The output carries exactly the settings of the environment that it was made
// for.
func TestProperty02_Settings(t *testing.T) {
	var mutants []mutant
	for _, p := range places {
		mutants = append(mutants, p.mutant())
	}
	mutants = append(mutants,
		mutant{name: "a name of another environment", stack: stacks.API, change: func(e environment, d synth.Document) bool {
			put(map[string]any(d), e.cfg.Project+"-"+elsewhere(e.cfg)[0]+"-x", "resource", "aws_api_gateway_stage")
			return true
		}},
		mutant{name: "another tag", stack: stacks.API, change: func(_ environment, d synth.Document) bool {
			put(map[string]any(d), "x", "provider", "aws", 0, "default_tags", 0, "tags", "Another")
			return true
		}},
		mutant{name: "the state of another environment", stack: stacks.API, change: func(_ environment, d synth.Document) bool {
			put(map[string]any(d), "x", "terraform", "backend", "s3", "key")
			return true
		}})
	prove(t, stacks.Names(), settings, mutants...)
}

// Every setting is compared: one that nothing reads would be seen.
func TestProperty02_EverySettingHasAPlace(t *testing.T) {
	compared := map[string]bool{}
	for _, p := range places {
		compared[p.field] = true
	}
	fields := leaves("", reflect.TypeFor[envs.Config]())
	for _, f := range fields {
		if !compared[f] {
			t.Errorf("%s has no place in the output that the property looks at", f)
		}
		delete(compared, f)
	}
	for f := range compared {
		t.Errorf("there is no setting %s", f)
	}
	t.Logf("%d settings in %d places", len(fields), len(places))
}

// leaves are the fields of a configuration that hold values: of lists of
// structures, those of one.
func leaves(at string, in reflect.Type) []string {
	if in.Kind() == reflect.Slice && in.Elem().Kind() == reflect.Struct {
		in = in.Elem()
	}
	if in.Kind() != reflect.Struct {
		return []string{strings.TrimPrefix(at, ".")}
	}
	var all []string
	for f := range in.Fields() {
		all = append(all, leaves(at+"."+f.Name, f.Type)...)
	}
	return all
}

func elsewhere(c envs.Config) []string {
	return slices.DeleteFunc(envs.Names(), func(n string) bool { return n == c.Environment })
}

func settings(e environment) []string {
	var p problems
	for _, at := range places {
		if ok, got, want := at.holds(e); !ok {
			p.add("%s: %s is %v, want %v", at.field, at.what, got, want)
		}
	}
	if len(p) > 0 {
		return p // the rest is a longer look
	}
	tags := map[string]any{}
	for k, v := range e.cfg.TagMap() {
		tags[k] = v
	}
	for name, d := range e.docs {
		aws := synth.Get(d["provider"], "aws", 0)
		p.that(reflect.DeepEqual(synth.Get(aws, "default_tags", 0, "tags"), any(tags)), "%s has other tags", name)
		p.that(synth.Get(d["terraform"], "backend", "s3", "key") == e.cfg.StateKey(name), "%s keeps its state elsewhere", name)
		for _, other := range elsewhere(e.cfg) {
			p.that(!mentions(d["resource"], e.cfg.Project+"-"+other+"-"), "%s names something of %s", name, other)
		}
	}
	return p
}

// mentions is whether a text stands anywhere in v.
func mentions(v any, text string) bool {
	switch x := v.(type) {
	case string:
		return strings.Contains(x, text)
	case []any:
		return slices.ContainsFunc(x, func(item any) bool { return mentions(item, text) })
	case map[string]any:
		for item := range maps.Values(x) {
			if mentions(item, text) {
				return true
			}
		}
	}
	return false
}
