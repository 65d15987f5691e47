package validation

func apiValidator() Rule {
	return Rule{
		ID:       "FO-API-002",
		Title:    "REST methods validate requests",
		Why:      "What the gateway refuses costs no invocation and reaches no code.",
		Fix:      "Set request_validator_id, and request_models where the method takes a body.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_method"},
		Check: func(_ *Context, r Resource) []Result {
			if preflight(r) {
				return notApplicable()
			}
			return wantPresent(r, "request_validator_id")
		},
	}
}
