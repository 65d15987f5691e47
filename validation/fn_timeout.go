package validation

func fnTimeout() Rule {
	return Rule{
		ID:       "FO-FN-003",
		Title:    "Functions set their timeout, chat and retrieval at least 30 s",
		Why:      "Lambda's default of 3 s cuts off every answer of a model.",
		Fix:      "Set timeout; 30 or more for the functions that contract marks as chat.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			return wantSize(r, "timeout", "s", 30)
		},
	}
}
