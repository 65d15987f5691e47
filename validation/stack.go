package validation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ProviderType is the type of the pseudo-resources that stand for a stack's
// "aws" provider blocks, so that rules can judge them too.
const ProviderType = "provider.aws"

// Stack is the synthesized document of one stack.
type Stack struct {
	Name string
	// Resources are the managed resources and the provider blocks, sorted by
	// construct path and then by address.
	Resources []Resource

	byType map[string][]Resource
}

// Resource is one managed resource, or a provider block.
type Resource struct {
	Type, Name string
	// Path is the construct path, as in "data/documents/bucket".
	Path       string
	Attributes map[string]any
	// Suppressions maps what is excused to the reason why; SuppressionErr tells
	// why the document's suppressions could not be read, and is empty if they could.
	Suppressions   map[string]string
	SuppressionErr string
}

// Address is the Terraform address: "aws_s3_bucket.documents".
func (r Resource) Address() string { return r.Type + "." + r.Name }

type document struct {
	Resource map[string]map[string]map[string]any `json:"resource"`
	Provider map[string]any                       `json:"provider"`
}

// Parse reads a stack's cdk.tf.json. It fails if doc is not JSON of that
// shape.
func Parse(name string, doc []byte) (*Stack, error) {
	var d document
	if err := json.Unmarshal(doc, &d); err != nil {
		return nil, fmt.Errorf("parse stack %s: %w", name, err)
	}
	s := &Stack{Name: name}
	for typ, named := range d.Resource {
		for id, attributes := range named {
			s.Resources = append(s.Resources, newResource(name, typ, id, attributes))
		}
	}
	blocks, _ := newValue(d.Provider["aws"]).Blocks()
	for i, block := range blocks {
		attributes, _ := block.raw.(map[string]any)
		id := fmt.Sprint(i)
		if alias, known := block.Get("alias").Text(); known && alias != "" {
			id = alias
		}
		s.Resources = append(s.Resources, newResource(name, ProviderType, id, attributes))
	}
	slices.SortFunc(s.Resources, func(a, b Resource) int {
		return cmpStrings(a.Path, b.Path, a.Address(), b.Address())
	})
	s.byType = make(map[string][]Resource)
	for _, r := range s.Resources {
		s.byType[r.Type] = append(s.byType[r.Type], r)
	}
	return s, nil
}

func newResource(stack, typ, id string, attributes map[string]any) Resource {
	r := Resource{Type: typ, Name: id, Attributes: attributes, Path: stack + "/" + typ + "." + id}
	comment := newValue(attributes["//"])
	if path, known := comment.Get("metadata", "path").Text(); known && path != "" {
		r.Path = path
	}
	r.Suppressions, r.SuppressionErr = readSuppressions(comment.Get("suppress"))
	return r
}

// Types are the resource types of the stack, sorted.
func (s *Stack) Types() []string { return slices.Sorted(maps.Keys(s.byType)) }

// OfType are the resources of a type, in the order of Resources.
func (s *Stack) OfType(typ string) []Resource { return s.byType[typ] }

// Find returns the resource of that address.
func (s *Stack) Find(typ, name string) (Resource, bool) {
	for _, r := range s.byType[typ] {
		if r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}

// Resolve returns the resource of this stack that a value refers to:
// "${aws_s3_bucket.x.id}" is aws_s3_bucket.x.
func (s *Stack) Resolve(v Value) (Resource, bool) {
	ref, ok := v.Reference()
	if !ok || ref.Kind != RefResource {
		return Resource{}, false
	}
	return s.Find(ref.Type, ref.Name)
}

// Neighbours returns the resources of a type whose attribute refers to r, by
// reference or by r's literal name. complete is false if some resource of the
// type has an attribute that can't be understood and so might refer to r.
func (s *Stack) Neighbours(r Resource, typ, attribute string) (found []Resource, complete bool) {
	complete = true
	for _, other := range s.OfType(typ) {
		yes, known := refersTo(other.Get(attribute), r)
		if yes {
			found = append(found, other)
		}
		complete = complete && known
	}
	return found, complete
}

// nameAttributes hold what AWS calls a resource.
var nameAttributes = []string{"name", "bucket", "function_name", "domain_name", "stage_name"}

func refersTo(v Value, r Resource) (yes, known bool) {
	text, isText := v.raw.(string)
	if !isText {
		return false, v.Absent()
	}
	if !isExpression(text) {
		for _, attribute := range nameAttributes {
			name, known := r.Get(attribute).Text()
			if known && name != "" && name == text {
				return true, true
			}
		}
		return false, true
	}
	for _, ref := range references(text) {
		if ref.Kind == RefResource && ref.Type == r.Type && ref.Name == r.Name {
			return true, true
		}
	}
	return false, isScoped(text)
}

// cmpStrings compares pairs of strings until one pair differs.
func cmpStrings(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if c := strings.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}
