package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// load reads a provider's schema into a server.
func load(path string) (*server, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("this provider serves the schema beside it: %w", err)
	}
	var from tfjson.ProviderSchema
	if err := json.Unmarshal(text, &from); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	s := &server{resources: map[string]*tfprotov5.Schema{}, dataSources: map[string]*tfprotov5.Schema{}}
	if s.provider, err = convert(from.ConfigSchema); err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	for _, group := range []struct {
		from map[string]*tfjson.Schema
		into map[string]*tfprotov5.Schema
	}{{from.ResourceSchemas, s.resources}, {from.DataSourceSchemas, s.dataSources}} {
		for name, schema := range group.from {
			if group.into[name], err = convert(schema); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return s, nil
}

func convert(from *tfjson.Schema) (*tfprotov5.Schema, error) {
	block, err := convertBlock(from.Block)
	return &tfprotov5.Schema{Version: int64(from.Version), Block: block}, err
}

var nesting = map[tfjson.SchemaNestingMode]tfprotov5.SchemaNestedBlockNestingMode{
	tfjson.SchemaNestingModeSingle: tfprotov5.SchemaNestedBlockNestingModeSingle,
	tfjson.SchemaNestingModeGroup:  tfprotov5.SchemaNestedBlockNestingModeGroup,
	tfjson.SchemaNestingModeList:   tfprotov5.SchemaNestedBlockNestingModeList,
	tfjson.SchemaNestingModeSet:    tfprotov5.SchemaNestedBlockNestingModeSet,
	tfjson.SchemaNestingModeMap:    tfprotov5.SchemaNestedBlockNestingModeMap,
}

func convertBlock(from *tfjson.SchemaBlock) (*tfprotov5.SchemaBlock, error) {
	block := &tfprotov5.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(from.Attributes)) {
		a := from.Attributes[name]
		t, err := convertType(a.AttributeType)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: t, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(from.NestedBlocks)) {
		n := from.NestedBlocks[name]
		nested, err := convertBlock(n.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Block: nested, Nesting: nesting[n.NestingMode], MinItems: int64(n.MinItems), MaxItems: int64(n.MaxItems),
		})
	}
	return block, nil
}

// convertType goes by the JSON that Terraform's type systems have in common.
func convertType(from cty.Type) (tftypes.Type, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	//nolint:staticcheck // deprecated to keep providers from calling it at run time; there is no other reader
	return tftypes.ParseJSONType(text) //lint:ignore SA1019 see above
}
