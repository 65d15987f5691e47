package validation

func logAPI() Rule {
	return Rule{
		ID:       "FO-LOG-004",
		Title:    "API stages log access",
		Why:      "The access log is the only record of requests that were refused before any function ran.",
		Fix:      "Set access_log_settings with destination_arn of a log group and a JSON format.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_apigatewayv2_stage"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(
				wantPresent(r, "access_log_settings", "destination_arn"),
				wantPresent(r, "access_log_settings", "format"),
			)
		},
	}
}
