package validation

func fnTracing() Rule {
	return Rule{
		ID:       "FO-FN-001",
		Title:    "Functions trace actively",
		Why:      "A slow answer passes API, function, agent and search; without traces nobody sees where the time went.",
		Fix:      "Set tracing_config with mode = Active.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			return wantText(r.Get("tracing_config", "mode"), "tracing_config.mode", "Active")
		},
	}
}
