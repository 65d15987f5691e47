package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknownComputed makes the computed attributes unknown that have no value yet.
func unknownComputed(block *tfprotov5.SchemaBlock, v tftypes.Value) (tftypes.Value, error) {
	return mapBlocks(block, v, tftypes.NewAttributePath(), func(b *tfprotov5.SchemaBlock, fields map[string]tftypes.Value, _ *tftypes.AttributePath) {
		for _, a := range b.Attributes {
			if a.Computed && fields[a.Name].IsNull() {
				fields[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
			}
		}
	})
}
