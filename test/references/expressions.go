// Package references checks that whatever a stack's document refers to is
// there: in the stack itself, or among the outputs of a stack before it.
package references

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// expressions collects what the templates in a document refer to and call.
type expressions struct {
	references []reference
	functions  map[string]bool
	errors     []string
}

// reference is a traversal, as in ["data", "terraform_remote_state", "data",
// "outputs", "tickets_name"], and where it stands.
type reference struct {
	steps []string
	at    string
}

func (r reference) String() string { return strings.Join(r.steps, ".") }

// collect walks a document's value.
func (e *expressions) collect(at string, v any) {
	switch x := v.(type) {
	case string:
		e.template(at, x)
	case []any:
		for i, item := range x {
			e.collect(fmt.Sprintf("%s[%d]", at, i), item)
		}
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			switch k {
			case "//": // CDKTF's metadata
			case "depends_on", "replace_triggered_by":
				e.addresses(at+"."+k, x[k])
			default:
				e.collect(at+"."+k, x[k])
			}
		}
	}
}

// template parses a string as Terraform does.
func (e *expressions) template(at, text string) {
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return
	}
	parsed, diagnostics := hclsyntax.ParseTemplate([]byte(text), at, hcl.InitialPos)
	if diagnostics.HasErrors() {
		e.errors = append(e.errors, fmt.Sprintf("%s: %s", at, diagnostics.Error()))
		return
	}
	for _, traversal := range parsed.Variables() {
		e.references = append(e.references, reference{steps(traversal), at})
	}
	_ = hclsyntax.VisitAll(parsed, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok {
			e.functions[call.Name] = true
		}
		return nil
	})
}

// addresses takes a list of bare addresses.
func (e *expressions) addresses(at string, v any) {
	list, _ := v.([]any)
	for _, item := range list {
		if text, ok := item.(string); ok {
			text = strings.TrimSuffix(strings.TrimPrefix(text, "${"), "}")
			e.references = append(e.references, reference{strings.Split(text, "."), at})
		}
	}
}

func steps(traversal hcl.Traversal) []string {
	var names []string
	for _, part := range traversal {
		switch p := part.(type) {
		case hcl.TraverseRoot:
			names = append(names, p.Name)
		case hcl.TraverseAttr:
			names = append(names, p.Name)
		case hcl.TraverseIndex:
			if p.Key.Type().FriendlyName() == "string" {
				names = append(names, p.Key.AsString())
			}
		}
	}
	return names
}

// terraformFunctions are those of Terraform's that the platform calls.
var terraformFunctions = []string{"filebase64sha256", "filemd5", "filesha256", "join", "jsonencode", "lookup", "sha256", "slice", "element", "tolist", "toset"}

// Check returns what is wrong with a document: references to nothing, unknown
// functions, templates that Terraform can't read. It also returns which outputs
// of which stacks the document reads.
func Check(stack string, document map[string]any) (problems []string, reads map[string][]string) {
	e := &expressions{functions: map[string]bool{}}
	for _, part := range []string{"resource", "data", "output", "locals", "provider", "terraform"} {
		e.collect(stack+"."+part, document[part])
	}
	problems = append(problems, e.errors...)
	for name := range e.functions {
		if !slices.Contains(terraformFunctions, name) {
			problems = append(problems, fmt.Sprintf("%s: %s() is no function that the platform is known to call", stack, name))
		}
	}
	reads = map[string][]string{}
	for _, r := range e.references {
		switch {
		case len(r.steps) >= 5 && r.steps[0] == "data" && r.steps[1] == "terraform_remote_state" && has(document, "data", r.steps[1], r.steps[2]):
			reads[r.steps[2]] = append(reads[r.steps[2]], r.steps[4])
		case r.steps[0] == "data" && len(r.steps) >= 3 && has(document, "data", r.steps[1], r.steps[2]):
		case r.steps[0] == "local" && len(r.steps) >= 2 && has(document, "locals", r.steps[1]):
		case r.steps[0] == "path" || r.steps[0] == "each" || r.steps[0] == "self":
		case len(r.steps) >= 2 && has(document, "resource", r.steps[0], r.steps[1]):
		default:
			problems = append(problems, fmt.Sprintf("%s refers to %s, which is not in stack %s", r.at, r, stack))
		}
	}
	return problems, reads
}

func has(document map[string]any, path ...string) bool {
	var v any = document
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return false
		}
		if v, ok = m[p]; !ok {
			return false
		}
	}
	return true
}
