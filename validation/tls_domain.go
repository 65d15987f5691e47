package validation

func tlsDomain() Rule {
	return Rule{
		ID:       "FO-TLS-006",
		Title:    "API domain names demand TLS 1.2",
		Why:      "A custom domain name without a security policy may take TLS 1.0.",
		Fix:      "Set security_policy = TLS_1_2 (in domain_name_configuration for HTTP and WebSocket APIs).",
		Severity: Error,
		Types:    []string{"aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"},
		Check: func(_ *Context, r Resource) []Result {
			// The enhanced policies, SecurityPolicy_TLS12_... and _TLS13_..., start at 1.2 too.
			path := []string{"security_policy"}
			if r.Type == "aws_apigatewayv2_domain_name" {
				path = []string{"domain_name_configuration", "security_policy"}
			}
			return wantPrefix(r, []string{"TLS_1_2", "SecurityPolicy_TLS1"}, path...)
		},
	}
}
