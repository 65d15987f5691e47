package validation

func fnEventTarget() Rule {
	return Rule{
		ID:       "FO-FN-009",
		Title:    "Event targets keep what can't be delivered",
		Why:      "EventBridge drops an event that a target refused for as long as it retries: an escalation or an upload is gone.",
		Fix:      "Set dead_letter_config.arn to a queue.",
		Severity: Error,
		Types:    []string{"aws_cloudwatch_event_target"},
		Check:    func(_ *Context, r Resource) []Result { return wantPresent(r, "dead_letter_config", "arn") },
	}
}
