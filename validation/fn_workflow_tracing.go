package validation

func fnWorkflowTracing() Rule {
	return Rule{
		ID:       "FO-FN-006",
		Title:    "State machines and REST stages trace",
		Why:      "A trace that ends at the API or at the state machine does not show which function was slow.",
		Fix:      "Set tracing_configuration.enabled = true on the state machine, xray_tracing_enabled = true on the stage.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_sfn_state_machine"},
		Check: func(_ *Context, r Resource) []Result {
			if r.Type == "aws_sfn_state_machine" {
				return wantTrue(r, "tracing_configuration", "enabled")
			}
			return wantTrue(r, "xray_tracing_enabled")
		},
	}
}
