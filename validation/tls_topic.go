package validation

func tlsTopic() Rule {
	return Rule{
		ID:       "FO-TLS-004",
		Title:    "Topic policies deny publishing without TLS",
		Why:      "SNS answers plain HTTP; alerts and escalations carry tenant context.",
		Fix:      "Deny sns:Publish on the topic to everybody where aws:SecureTransport is false, in a statement with no other condition. (SNS refuses policies with actions that don't apply to a topic.)",
		Severity: Error,
		Types:    []string{"aws_sns_topic"},
		Check: func(ctx *Context, r Resource) []Result {
			texts, complete := policiesAbout(ctx, r, "aws_sns_topic_policy", "arn")
			return wantDenial(texts, complete, []string{"*", "sns:*", "sns:publish"}, "publishing without TLS", insecure)
		},
	}
}
