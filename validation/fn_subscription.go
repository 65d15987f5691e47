package validation

func fnSubscription() Rule {
	return Rule{
		ID:       "FO-FN-011",
		Title:    "Topic subscriptions keep what can't be delivered",
		Why:      "SNS drops an alert that the pager's endpoint refused for as long as it retries, and nobody is woken.",
		Fix:      "Set redrive_policy with the deadLetterTargetArn of a queue.",
		Severity: Error,
		Types:    []string{"aws_sns_topic_subscription"},
		Check:    func(_ *Context, r Resource) []Result { return wantPresent(r, "redrive_policy") },
	}
}
