package validation

func fnQueue() Rule {
	return Rule{
		ID:       "FO-FN-010",
		Title:    "Queues that are read have a dead-letter queue",
		Why:      "A message that can't be handled comes back until it expires, and holds up or hides the others.",
		Fix:      "Set redrive_policy, or make the queue the dead-letter queue of a function, target, subscription or queue of its stack.",
		Severity: Error,
		Types:    []string{"aws_sqs_queue"},
		Check: func(ctx *Context, r Resource) []Result {
			own := wantPresent(r, "redrive_policy")
			if verdictOf(own) == Compliant {
				return own
			}
			complete := true
			for _, other := range ctx.Stack.Resources {
				for _, path := range deadLetterPaths() {
					yes, known := refersTo(other.Get(path...), r)
					if yes {
						return compliant()
					}
					complete = complete && known
				}
			}
			if !complete {
				return unknown("%s, and it can't be told whether it is a dead-letter queue", own[0].Reason)
			}
			return nonCompliant("it has no redrive_policy and is nobody's dead-letter queue")
		},
	}
}

// deadLetterPaths are where a resource names the queue for what it gave up.
func deadLetterPaths() [][]string {
	return [][]string{
		{"dead_letter_config", "target_arn"},                // function
		{"dead_letter_config", "arn"},                       // event target, schedule
		{"destination_config", "on_failure", "destination"}, // asynchronous calls
		{"redrive_policy"},                                  // queue, subscription
	}
}
