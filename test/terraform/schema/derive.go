// Package schema derives Terraform provider schemas from the CDKTF bindings
// that were generated out of them. The binding's archive carries its TypeScript
// in source maps; it says for each attribute its Terraform name, its type,
// whether it is a block, how it nests, and whether it is required, optional or
// computed. Nothing here is written for a type or a provider.
package schema

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
)

// Derive returns the schema of the named provider, with the resources and data
// sources of the given types, in the form that `terraform providers schema
// -json` has for one provider.
func Derive(provider string, used Used) (*tfjson.ProviderSchema, error) {
	path, err := archive(provider)
	if err != nil {
		return nil, err
	}
	return derive(path, provider, used)
}

func derive(path, provider string, used Used) (*tfjson.ProviderSchema, error) {
	result := &tfjson.ProviderSchema{
		ResourceSchemas: map[string]*tfjson.Schema{}, DataSourceSchemas: map[string]*tfjson.Schema{},
	}
	// A data source has its resource's name; its class says which it is.
	wanted := map[string]func(*tfjson.Schema){}
	for _, t := range used.Resources {
		wanted[t] = func(s *tfjson.Schema) { result.ResourceSchemas[t] = s }
	}
	for _, t := range used.DataSources {
		wanted["data:"+t] = func(s *tfjson.Schema) { result.DataSourceSchemas[t] = s }
	}
	wanted["provider:"+provider] = func(s *tfjson.Schema) {
		delete(s.Block.Attributes, "alias") // Terraform's own, of every provider
		result.ConfigSchema = s
	}
	err := sources(path, func(js []byte) bool {
		key := rootKey(js)
		return wanted[key] != nil
	}, func(typescript string) error {
		s := parse(typescript)
		for t, owner := range s.roots {
			block, err := s.block(owner)
			if err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
			key := rootKey([]byte(typescript))
			wanted[key](&tfjson.Schema{Block: block})
			delete(wanted, key)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(wanted) > 0 {
		return nil, fmt.Errorf("the binding of %s has no %s", provider, strings.Join(slices.Sorted(maps.Keys(wanted)), ", "))
	}
	return result, nil
}

// rootKey tells a script's resource type, "data:" before a data source's and
// "provider:" before a provider's, from JavaScript or TypeScript alike.
func rootKey(script []byte) string {
	const mark = `tfResourceType = "`
	i := bytes.Index(script, []byte(mark))
	if i < 0 {
		return ""
	}
	name, _, _ := bytes.Cut(script[i+len(mark):], []byte(`"`))
	switch {
	case bytes.Contains(script, []byte("extends cdktf.TerraformDataSource")):
		return "data:" + string(name)
	case bytes.Contains(script, []byte("extends cdktf.TerraformProvider")):
		return "provider:" + string(name)
	}
	return string(name)
}

func (s *source) block(owner string) (*tfjson.SchemaBlock, error) {
	if _, known := s.fields[owner]; !known {
		return nil, fmt.Errorf("the binding says nothing of %s", owner)
	}
	block := &tfjson.SchemaBlock{Attributes: map[string]*tfjson.SchemaAttribute{}, NestedBlocks: map[string]*tfjson.SchemaBlockType{}}
	for _, f := range s.fields[owner] {
		if !f.block || f.storage.class == "any" {
			t, err := s.attributeType(f.storage)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.name, err)
			}
			block.Attributes[f.name] = &tfjson.SchemaAttribute{
				AttributeType: t, Required: f.required, Computed: f.computed, Optional: f.configurable && !f.required,
			}
			continue
		}
		nested, err := s.block(element(f.storage))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		block.NestedBlocks[f.name] = blockType(f, nested)
	}
	return block, nil
}

func blockType(f *field, nested *tfjson.SchemaBlock) *tfjson.SchemaBlockType {
	t := &tfjson.SchemaBlockType{Block: nested, NestingMode: tfjson.SchemaNestingMode(f.storage.kind)}
	if f.storage.kind == "struct" {
		t.NestingMode = tfjson.SchemaNestingModeSingle
		return t
	}
	if f.required {
		t.MinItems = 1
	}
	if f.single {
		t.MaxItems = 1
	}
	// Terraform allows no value of any type in a set, and the binding cuts what
	// nests without end short to such a value. A list takes the same configuration.
	if t.NestingMode == tfjson.SchemaNestingModeSet && holdsAny(nested) {
		t.NestingMode = tfjson.SchemaNestingModeList
	}
	return t
}

func holdsAny(b *tfjson.SchemaBlock) bool {
	for _, a := range b.Attributes {
		if a.AttributeType.HasDynamicTypes() {
			return true
		}
	}
	for _, n := range b.NestedBlocks {
		if holdsAny(n.Block) {
			return true
		}
	}
	return false
}

// element is the class of a collection's elements.
func element(s storage) string {
	switch s.kind {
	case "list", "set":
		return strings.TrimSuffix(s.class, "List")
	case "map":
		return strings.TrimSuffix(s.class, "Map")
	}
	return s.class
}

func (s *source) attributeType(of storage) (cty.Type, error) {
	t, err := s.elementType(element(of))
	if err != nil {
		return cty.NilType, err
	}
	switch of.kind {
	case "simple", "struct":
		return t, nil
	case "list":
		return cty.List(t), nil
	case "set":
		return cty.Set(t), nil
	case "map":
		return cty.Map(t), nil
	}
	return cty.NilType, fmt.Errorf("unknown kind of storage %q", of.kind)
}

func (s *source) elementType(class string) (cty.Type, error) {
	switch class {
	case "string":
		return cty.String, nil
	case "number":
		return cty.Number, nil
	case "boolean":
		return cty.Bool, nil
	case "any":
		return cty.DynamicPseudoType, nil
	}
	if fields, ok := s.fields[class]; ok {
		attributes := map[string]cty.Type{}
		for _, f := range fields {
			t, err := s.attributeType(f.storage)
			if err != nil {
				return cty.NilType, fmt.Errorf("%s: %w", f.name, err)
			}
			attributes[f.name] = t
		}
		return cty.Object(attributes), nil
	}
	for suffix, kind := range map[string]string{"List": "list", "Map": "map"} {
		if strings.HasSuffix(class, suffix) {
			return s.attributeType(storage{kind, class})
		}
	}
	return cty.NilType, fmt.Errorf("unknown class of storage %q", class)
}
