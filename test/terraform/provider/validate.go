package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// validate refuses values for what only the provider can set. All else that a
// schema says of a configuration Terraform itself looks after.
func validate(schema *tfprotov5.Schema, config *tfprotov5.DynamicValue) []*tfprotov5.Diagnostic {
	value, err := config.Unmarshal(valueType(schema.Block))
	if err != nil {
		return failure(err)
	}
	var problems []*tfprotov5.Diagnostic
	err = eachBlock(schema.Block, value, tftypes.NewAttributePath(), func(b *tfprotov5.SchemaBlock, fields map[string]tftypes.Value, path *tftypes.AttributePath) {
		for _, a := range b.Attributes {
			if a.Computed && !a.Optional && !a.Required && !fields[a.Name].IsNull() {
				problems = append(problems, &tfprotov5.Diagnostic{
					Severity: tfprotov5.DiagnosticSeverityError, Attribute: path.WithAttributeName(a.Name),
					Summary: "Value for unconfigurable attribute",
					Detail:  fmt.Sprintf("Can't configure a value for %q: its value will be decided automatically.", a.Name),
				})
			}
		}
	})
	if err != nil {
		return failure(err)
	}
	return problems
}
