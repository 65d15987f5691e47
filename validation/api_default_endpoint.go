package validation

func apiDefaultEndpoint() Rule {
	return Rule{
		ID:       "FO-API-007",
		Title:    "An API with a domain name of its own closes the default endpoint",
		Why:      "The default endpoint bypasses the domain's TLS policy, and everything that stands in front of it.",
		Fix:      "Set disable_execute_api_endpoint = true.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_rest_api", "aws_apigatewayv2_api"},
		Check: func(ctx *Context, r Resource) []Result {
			rest, restKnown := ctx.Stack.Neighbours(r, "aws_api_gateway_base_path_mapping", "api_id")
			other, otherKnown := ctx.Stack.Neighbours(r, "aws_apigatewayv2_api_mapping", "api_id")
			switch {
			case len(rest)+len(other) > 0:
			case !restKnown || !otherKnown:
				return unknown("it can't be told whether a domain name is mapped to it")
			default:
				return notApplicable()
			}
			return wantTrue(r, "disable_execute_api_endpoint")
		},
	}
}
