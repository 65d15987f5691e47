package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknownComputed makes the computed attributes unknown that have no value yet,
// in the block and in those nested in it.
func unknownComputed(block *tfprotov5.SchemaBlock, v tftypes.Value) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	var fields map[string]tftypes.Value
	if err := v.As(&fields); err != nil {
		return v, err
	}
	for _, a := range block.Attributes {
		if a.Computed && fields[a.Name].IsNull() {
			fields[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		}
	}
	for _, b := range block.BlockTypes {
		nested, err := eachBlock(b, fields[b.TypeName])
		if err != nil {
			return v, err
		}
		fields[b.TypeName] = nested
	}
	return tftypes.NewValue(v.Type(), fields), nil
}

func eachBlock(b *tfprotov5.SchemaNestedBlock, v tftypes.Value) (tftypes.Value, error) {
	if v.IsNull() || !v.IsKnown() {
		return v, nil
	}
	switch b.Nesting {
	case tfprotov5.SchemaNestedBlockNestingModeSingle, tfprotov5.SchemaNestedBlockNestingModeGroup:
		return unknownComputed(b.Block, v)
	case tfprotov5.SchemaNestedBlockNestingModeMap:
		var items map[string]tftypes.Value
		if err := v.As(&items); err != nil {
			return v, err
		}
		for key, item := range items {
			changed, err := unknownComputed(b.Block, item)
			if err != nil {
				return v, err
			}
			items[key] = changed
		}
		return tftypes.NewValue(v.Type(), items), nil
	}
	var items []tftypes.Value
	if err := v.As(&items); err != nil {
		return v, err
	}
	for i, item := range items {
		changed, err := unknownComputed(b.Block, item)
		if err != nil {
			return v, err
		}
		items[i] = changed
	}
	return tftypes.NewValue(v.Type(), items), nil
}
