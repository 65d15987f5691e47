package deploy

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// block is a block's attributes. A single block stands in the JSON as itself,
// or as a list with one element.
type block struct{ attributes map[string]any }

func (b block) value(path ...string) any {
	var v any = b.attributes
	for _, p := range path {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

func (b block) text(path ...string) string {
	switch v := b.value(path...).(type) {
	case string:
		return v
	case nil:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

func (b block) number(path ...string) int32 {
	n, _ := b.value(path...).(float64)
	return int32(n)
}

func (b block) flag(path ...string) bool {
	v, _ := b.value(path...).(bool)
	return v
}

func (b block) blocks(path ...string) []block {
	switch v := b.value(path...).(type) {
	case []any:
		var all []block
		for _, item := range v {
			if m, ok := item.(map[string]any); ok {
				all = append(all, block{m})
			}
		}
		return all
	case map[string]any:
		return []block{{v}}
	}
	return nil
}

func (b block) texts(path ...string) []string {
	list, _ := b.value(path...).([]any)
	var all []string
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

func (b block) table(path ...string) map[string]string {
	m, _ := b.value(path...).(map[string]any)
	all := map[string]string{}
	for k, v := range m {
		all[k] = fmt.Sprint(v)
	}
	return all
}

// ready reports whether all resources that value refers to are made.
func (d *Deployment) ready(value any) bool {
	switch v := value.(type) {
	case string:
		if !isTemplate(v) {
			return true
		}
		parsed, diagnostics := hclsyntax.ParseTemplate([]byte(v), "", hcl.InitialPos)
		if diagnostics.HasErrors() {
			return true // evaluate tells
		}
		for _, reference := range parsed.Variables() {
			if kind := reference.RootName(); kind != "data" && kind != "path" {
				name, _ := reference[1].(hcl.TraverseAttr)
				if _, ok := d.made[kind][name.Name]; !ok {
					return false
				}
			}
		}
	case []any:
		for _, item := range v {
			if !d.ready(item) {
				return false
			}
		}
	case map[string]any:
		for k, item := range v {
			switch k {
			case "//", "lifecycle":
			case "depends_on":
				for _, address := range item.([]any) {
					kind, name, _ := strings.Cut(address.(string), ".")
					if _, ok := d.made[kind][name]; !ok {
						return false
					}
				}
			default:
				if !d.ready(item) {
					return false
				}
			}
		}
	}
	return true
}

func isTemplate(s string) bool { return strings.Contains(s, "${") || strings.Contains(s, "%{") }

// evaluate replaces every template in value by what it says.
func (d *Deployment) evaluate(value any) (any, error) {
	switch v := value.(type) {
	case string:
		return d.template(v)
	case []any:
		all := make([]any, len(v))
		for i, item := range v {
			var err error
			if all[i], err = d.evaluate(item); err != nil {
				return nil, err
			}
		}
		return all, nil
	case map[string]any:
		all := map[string]any{}
		for k, item := range v {
			var err error
			if all[k], err = d.evaluate(item); err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
		}
		return all, nil
	}
	return value, nil
}

func (d *Deployment) template(text string) (any, error) {
	if !isTemplate(text) {
		return text, nil
	}
	parsed, diagnostics := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	variables, err := d.variables(parsed.Variables())
	if err != nil {
		return nil, err
	}
	value, diagnostics := parsed.Value(&hcl.EvalContext{Variables: variables})
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
func (d *Deployment) variables(references []hcl.Traversal) (map[string]cty.Value, error) {
	roots := map[string]any{}
	for _, reference := range references {
		switch kind := reference.RootName(); kind {
		case "data":
			states := map[string]any{}
			for stack, outputs := range d.outputs {
				states[stack] = map[string]any{"outputs": outputs}
			}
			roots[kind] = map[string]any{"terraform_remote_state": states}
		case "path":
			roots[kind] = map[string]any{"module": "."}
		default:
			roots[kind] = d.made[kind]
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
