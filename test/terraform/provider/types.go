package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// valueType is the type that Terraform gives a block's values. It differs from
// the library's own for what holds values of any type: their types are not
// alike, so a list of such blocks comes as a tuple and says itself of what.
func valueType(block *tfprotov5.SchemaBlock) tftypes.Type {
	fields := map[string]tftypes.Type{}
	for _, a := range block.Attributes {
		fields[a.Name] = a.Type
	}
	for _, b := range block.BlockTypes {
		t := valueType(b.Block)
		switch b.Nesting {
		case tfprotov5.SchemaNestedBlockNestingModeSingle, tfprotov5.SchemaNestedBlockNestingModeGroup:
			fields[b.TypeName] = t
			continue
		}
		switch {
		case holdsAny(t):
			t = tftypes.DynamicPseudoType
		case b.Nesting == tfprotov5.SchemaNestedBlockNestingModeList:
			t = tftypes.List{ElementType: t}
		case b.Nesting == tfprotov5.SchemaNestedBlockNestingModeSet:
			t = tftypes.Set{ElementType: t}
		case b.Nesting == tfprotov5.SchemaNestedBlockNestingModeMap:
			t = tftypes.Map{ElementType: t}
		}
		fields[b.TypeName] = t
	}
	return tftypes.Object{AttributeTypes: fields}
}

func holdsAny(t tftypes.Type) bool {
	switch t := t.(type) {
	case tftypes.Object:
		for _, field := range t.AttributeTypes {
			if holdsAny(field) {
				return true
			}
		}
	case tftypes.List:
		return holdsAny(t.ElementType)
	case tftypes.Set:
		return holdsAny(t.ElementType)
	case tftypes.Map:
		return holdsAny(t.ElementType)
	}
	return t.Is(tftypes.DynamicPseudoType)
}
