package validation

func logAPIErrors() Rule {
	return Rule{
		ID:       "FO-LOG-010",
		Title:    "API stages log what fails inside the gateway",
		Why:      "The access log tells that a request got 500; only the execution log tells that the gateway was not allowed to invoke the function.",
		Fix:      "Set logging_level = ERROR or INFO: for REST in an aws_api_gateway_method_settings of method_path */*, else in default_route_settings.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_apigatewayv2_stage"},
		Check: func(ctx *Context, r Resource) []Result {
			wantLevel := func(settings Resource, block string) []Result {
				return wantText(settings.Get(block, "logging_level"), block+".logging_level", "ERROR", "INFO")
			}
			if r.Type == "aws_apigatewayv2_stage" {
				return wantLevel(r, "default_route_settings")
			}
			settings, result := allMethods(ctx, r)
			if result != nil {
				return result
			}
			return wantLevel(settings, "settings")
		},
	}
}
