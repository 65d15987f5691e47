package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// visit sees the fields of a block, and may change its attributes.
type visit func(block *tfprotov5.SchemaBlock, fields map[string]tftypes.Value, path *tftypes.AttributePath)

// eachBlock visits a block and those nested in it.
func eachBlock(block *tfprotov5.SchemaBlock, v tftypes.Value, path *tftypes.AttributePath, see visit) error {
	_, err := mapBlocks(block, v, path, see)
	return err
}

// mapBlocks visits a block and those nested in it, and returns what has become
// of them.
func mapBlocks(block *tfprotov5.SchemaBlock, v tftypes.Value, path *tftypes.AttributePath, change visit) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	var fields map[string]tftypes.Value
	if err := v.As(&fields); err != nil {
		return v, err
	}
	change(block, fields, path)
	for _, b := range block.BlockTypes {
		nested, err := mapNested(b, fields[b.TypeName], path.WithAttributeName(b.TypeName), change)
		if err != nil {
			return v, err
		}
		fields[b.TypeName] = nested
	}
	return tftypes.NewValue(v.Type(), fields), nil
}

func mapNested(b *tfprotov5.SchemaNestedBlock, v tftypes.Value, path *tftypes.AttributePath, change visit) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	var err error
	switch b.Nesting {
	case tfprotov5.SchemaNestedBlockNestingModeSingle, tfprotov5.SchemaNestedBlockNestingModeGroup:
		return mapBlocks(b.Block, v, path, change)
	case tfprotov5.SchemaNestedBlockNestingModeMap:
		var items map[string]tftypes.Value
		if err := v.As(&items); err != nil {
			return v, err
		}
		for key, item := range items {
			if items[key], err = mapBlocks(b.Block, item, path.WithElementKeyString(key), change); err != nil {
				return v, err
			}
		}
		return tftypes.NewValue(v.Type(), items), nil
	}
	var items []tftypes.Value
	if err := v.As(&items); err != nil {
		return v, err
	}
	for i, item := range items {
		at := path.WithElementKeyInt(i)
		if b.Nesting == tfprotov5.SchemaNestedBlockNestingModeSet {
			at = path.WithElementKeyValue(item)
		}
		if items[i], err = mapBlocks(b.Block, item, at, change); err != nil {
			return v, err
		}
	}
	return tftypes.NewValue(v.Type(), items), nil
}
