package validation

func logAPIBodies() Rule {
	return Rule{
		ID:       "FO-LOG-005",
		Title:    "API stages log no bodies",
		Why:      "Data tracing writes whole requests and responses, tokens and personal data included, into the log.",
		Fix:      "Leave data_trace_enabled false.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_method_settings", "aws_apigatewayv2_stage"},
		Check: func(_ *Context, r Resource) []Result {
			if r.Type == "aws_api_gateway_method_settings" {
				return wantFalse(r, "settings", "data_trace_enabled")
			}
			return wantFalse(r, "default_route_settings", "data_trace_enabled")
		},
	}
}
