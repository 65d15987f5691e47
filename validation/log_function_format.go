package validation

func logFunctionFormat() Rule {
	return Rule{
		ID:       "FO-LOG-003",
		Title:    "Functions log JSON",
		Why:      "Queries, metric filters and alarms read fields; in plain text Lambda's own lines can't be told from the code's.",
		Fix:      "Set logging_config with log_format = JSON.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			return wantText(r.Get("logging_config", "log_format"), "logging_config.log_format", "JSON")
		},
	}
}
