package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// answerTypes describes Go types.
type answerTypes struct {
	reflector *jsonschema.Reflector
	types     map[string]reflect.Type // structs by name
	defined   map[string]*jsonschema.Schema
}

func newAnswerTypes(contractDir string) (answerTypes, error) {
	a := answerTypes{reflector: reflector(contractDir), types: map[string]reflect.Type{}, defined: map[string]*jsonschema.Schema{}}
	a.reflector.Namer = a.name
	if err := a.reflector.AddGoComments("", contractDir); err != nil {
		return a, fmt.Errorf("read the comments of the contract: %w", err)
	}
	return a, nil
}

// reflector describes the types in the order of their fields. Objects are open:
// a client must bear properties that it does not know.
func reflector(contractDir string) *jsonschema.Reflector {
	r := &jsonschema.Reflector{Anonymous: true, AllowAdditionalProperties: true}
	dir := filepath.ToSlash(filepath.Clean(contractDir))
	r.LookupComment = func(t reflect.Type, field string) string {
		name, _, _ := strings.Cut(t.Name(), "[") // of a generic type, without its argument
		if field != "" {
			name += "." + field
		}
		return sentence(r.CommentMap[dir+"."+name])
	}
	r.Mapper = func(t reflect.Type) *jsonschema.Schema {
		if t == reflect.TypeFor[json.RawMessage]() {
			// What an action takes, or null: Go writes that for none.
			return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "object"}, {Type: "null"}}}
		}
		return nil
	}
	return r
}

// sentence is a comment as a sentence in one line.
func sentence(comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

func typeOf(body any) reflect.Type { return reflect.TypeOf(body) }

// typeName is a component's name: of contract.Page[contract.Ticket], "TicketPage".
func typeName(t reflect.Type) string {
	name, argument, generic := strings.Cut(strings.TrimSuffix(t.Name(), "]"), "[")
	if !generic {
		return name
	}
	return argument[strings.LastIndexByte(argument, '.')+1:] + name
}

func (a answerTypes) name(t reflect.Type) string {
	if t.Kind() == reflect.Struct {
		a.types[typeName(t)] = t
	}
	return typeName(t)
}

// add describes a type and those that it is made of.
func (a answerTypes) add(t reflect.Type) {
	for name, s := range a.reflector.ReflectFromType(t).Definitions {
		if a.defined[name] == nil {
			relocate(s)
			a.defined[name] = s
		}
	}
}

// relocate makes the references of a schema lead to the document's components.
func relocate(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if name, local := strings.CutPrefix(s.Ref, "#/$defs/"); local {
		s.Ref = refer("schemas", name).Ref
	}
	relocate(s.Items)
	relocate(s.AdditionalProperties)
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			relocate(p.Value)
		}
	}
}

// refine adds what Go's types don't say: which values there are, and what is a
// time.
func (a answerTypes) refine(values map[string][]string) error {
	unused := maps.Clone(values)
	for name, s := range a.defined {
		if s.Properties == nil {
			return fmt.Errorf("%s is no object", name)
		}
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			for _, owner := range a.owners(name) {
				if known, ok := values[owner+"."+p.Key]; ok {
					p.Value.Enum, p.Value.Description = anys(known), "" // the values say it
					delete(unused, owner+"."+p.Key)
				}
			}
			if p.Value.Type == "string" && (strings.HasSuffix(p.Key, "At") || p.Key == "timestamp") {
				p.Value.Format = "date-time"
			}
		}
	}
	for property := range unused {
		if owner, _, _ := strings.Cut(property, "."); a.defined[owner] != nil { // not of a few routes alone
			return fmt.Errorf("there is no property %s to have values", property)
		}
	}
	return nil
}

// owners are the type of this name and those that it embeds.
func (a answerTypes) owners(name string) []string {
	all := []string{name}
	t := a.types[name]
	for i := range t.NumField() {
		if t.Field(i).Anonymous {
			all = append(all, typeName(t.Field(i).Type))
		}
	}
	return all
}

func anys(texts []string) []any {
	return slices.Collect(func(yield func(any) bool) {
		for _, t := range texts {
			if !yield(t) {
				return
			}
		}
	})
}
