package validation

func apiCache() Rule {
	return Rule{
		ID:       "FO-API-008",
		Title:    "API stages keep no answers",
		Why:      "The gateway's cache is keyed by path and chosen parameters, not by the caller's tenant: the first tenant's tickets would be the next one's answer.",
		Fix:      "Leave cache_cluster_enabled and settings.caching_enabled false.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage", "aws_api_gateway_method_settings"},
		Check: func(_ *Context, r Resource) []Result {
			if r.Type == "aws_api_gateway_stage" {
				return wantFalse(r, "cache_cluster_enabled")
			}
			return wantFalse(r, "settings", "caching_enabled")
		},
	}
}
