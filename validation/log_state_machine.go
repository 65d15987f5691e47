package validation

func logStateMachine() Rule {
	return Rule{
		ID:       "FO-LOG-006",
		Title:    "State machines log, without execution data",
		Why:      "The log shows where an execution failed; execution data would copy the input and output of every state into it.",
		Fix:      "Set logging_configuration with level ALL, ERROR or FATAL, a log_destination and include_execution_data = false.",
		Severity: Error,
		Types:    []string{"aws_sfn_state_machine"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(
				wantText(r.Get("logging_configuration", "level"), "logging_configuration.level", "ALL", "ERROR", "FATAL"),
				wantPresent(r, "logging_configuration", "log_destination"),
				wantFalse(r, "logging_configuration", "include_execution_data"),
			)
		},
	}
}
