// Package template says what the templates in a synthesized stack's JSON stand
// for, as Terraform would: attributes of other resources, and outputs of the
// stacks before it.
package template

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Values are what templates may refer to.
type Values struct {
	Resources map[string]map[string]any // attributes by type and name, of this stack
	Outputs   map[string]any            // by stack
}

// Ready reports whether all resources that value refers to are there.
func (v Values) Ready(value any) bool {
	switch t := value.(type) {
	case string:
		return v.readyText(t)
	case []any:
		for _, item := range t {
			if !v.Ready(item) {
				return false
			}
		}
	case map[string]any:
		for k, item := range t {
			if !v.readyArgument(k, item) {
				return false
			}
		}
	}
	return true
}

func (v Values) readyText(text string) bool {
	if !isTemplate(text) {
		return true
	}
	parsed, diagnostics := hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return true // Evaluate tells
	}
	for _, reference := range parsed.Variables() {
		if kind := reference.RootName(); kind != "data" && kind != "path" {
			name, _ := reference[1].(hcl.TraverseAttr)
			if _, ok := v.Resources[kind][name.Name]; !ok {
				return false
			}
		}
	}
	return true
}

func (v Values) readyArgument(name string, value any) bool {
	switch name {
	case "//", "lifecycle":
		return true
	case "depends_on":
		for _, address := range value.([]any) {
			kind, name, _ := strings.Cut(address.(string), ".")
			if _, ok := v.Resources[kind][name]; !ok {
				return false
			}
		}
		return true
	}
	return v.Ready(value)
}

// functions are those of Terraform's that say something about what is deployed.
var functions = map[string]function.Function{"join": stdlib.JoinFunc}

func isTemplate(s string) bool { return strings.Contains(s, "${") || strings.Contains(s, "%{") }

// Evaluate replaces every template in value by what it says.
func (v Values) Evaluate(value any) (any, error) {
	switch t := value.(type) {
	case string:
		return v.text(t)
	case []any:
		all := make([]any, len(t))
		for i, item := range t {
			var err error
			if all[i], err = v.Evaluate(item); err != nil {
				return nil, err
			}
		}
		return all, nil
	case map[string]any:
		all := map[string]any{}
		for k, item := range t {
			var err error
			if all[k], err = v.Evaluate(item); err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
		}
		return all, nil
	}
	return value, nil
}

func (v Values) text(text string) (any, error) {
	if !isTemplate(text) {
		return text, nil
	}
	parsed, diagnostics := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	variables, err := v.variables(parsed.Variables())
	if err != nil {
		return nil, err
	}
	value, diagnostics := parsed.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	raw, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		return nil, err
	}
	var out any
	return out, json.Unmarshal(raw, &out)
}

// variables are the roots that references begin at.
func (v Values) variables(references []hcl.Traversal) (map[string]cty.Value, error) {
	roots := map[string]any{}
	for _, reference := range references {
		switch kind := reference.RootName(); kind {
		case "data":
			states := map[string]any{}
			for stack, outputs := range v.Outputs {
				states[stack] = map[string]any{"outputs": outputs}
			}
			roots[kind] = map[string]any{"terraform_remote_state": states}
		case "path":
			roots[kind] = map[string]any{"module": "."}
		default:
			roots[kind] = v.Resources[kind]
		}
	}
	variables := map[string]cty.Value{}
	for name, root := range roots {
		raw, err := json.Marshal(root)
		if err != nil {
			return nil, err
		}
		kind, err := ctyjson.ImpliedType(raw)
		if err != nil {
			return nil, err
		}
		if variables[name], err = ctyjson.Unmarshal(raw, kind); err != nil {
			return nil, err
		}
	}
	return variables, nil
}
