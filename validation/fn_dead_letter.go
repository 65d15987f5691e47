package validation

func fnDeadLetter() Rule {
	return Rule{
		ID:       "FO-FN-004",
		Title:    "Functions keep asynchronous calls that fail",
		Why:      "After two retries Lambda drops the event: a chat message or an upload is lost without a trace.",
		Fix:      "Set dead_letter_config.target_arn, or an aws_lambda_function_event_invoke_config with destination_config.on_failure.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(ctx *Context, r Resource) []Result {
			own := wantPresent(r, "dead_letter_config", "target_arn")
			if verdictOf(own) == Compliant {
				return own
			}
			found, complete := ctx.Stack.Neighbours(r, "aws_lambda_function_event_invoke_config", "function_name")
			for _, config := range found {
				if verdictOf(wantPresent(config, "destination_config", "on_failure", "destination")) == Compliant {
					return compliant()
				}
			}
			if !complete {
				return unknown("%s, and it can't be told which aws_lambda_function_event_invoke_config belongs to it", own[0].Reason)
			}
			return own
		},
	}
}
