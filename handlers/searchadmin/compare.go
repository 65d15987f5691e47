package main

import (
	"fmt"
	"maps"
	"slices"
)

// replicas is the one setting of the template that an index may change.
const replicas = "number_of_replicas"

// plan is what brings an index to its template.
type plan struct {
	fields      map[string]any // to add
	replicas    any            // to set; nil where they are right
	differences []string       // that can't be changed
}

// compare plans how an index becomes what its template says. Of a field that is
// there only what both describe is compared, since OpenSearch leaves defaults
// out and may add some.
func compare(want template, have described) plan {
	p := plan{fields: map[string]any{}}
	for _, key := range slices.Sorted(maps.Keys(want.Template.Settings.Index)) {
		wanted, has := want.Template.Settings.Index[key], have.Settings.Index[key]
		switch {
		case same(wanted, has):
		case key == replicas:
			p.replicas = wanted
		default:
			p.differ("settings."+key, wanted, has)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want.Template.Mappings)) {
		wanted, has := want.Template.Mappings[key], have.Mappings[key]
		switch {
		case key == "properties":
			p.compareFields(wanted, has)
		case has == nil:
			p.differ("mappings."+key, wanted, has)
		default:
			p.compareCommon("mappings."+key, wanted, has)
		}
	}
	return p
}

func (p *plan) compareFields(want, have any) {
	wanted, _ := want.(map[string]any)
	has, _ := have.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if field, ok := has[name]; ok {
			p.compareCommon("mappings."+name, wanted[name], field)
		} else {
			p.fields[name] = wanted[name]
		}
	}
}

// compareCommon compares what both sides hold.
func (p *plan) compareCommon(path string, want, have any) {
	wanted, ok := want.(map[string]any)
	has, also := have.(map[string]any)
	if ok != also {
		p.differ(path, want, have)
		return
	}
	if !ok {
		if !same(want, have) {
			p.differ(path, want, have)
		}
		return
	}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if value, there := has[key]; there {
			p.compareCommon(path+"."+key, wanted[key], value)
		}
	}
}

func (p *plan) differ(path string, want, have any) {
	p.differences = append(p.differences, fmt.Sprintf("%s is %v and should be %v", path, have, want))
}

// same compares as text: OpenSearch gives settings back as text.
func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }
