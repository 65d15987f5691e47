package validation

func tlsQueue() Rule {
	return Rule{
		ID:       "FO-TLS-003",
		Title:    "Queue policies deny requests without TLS",
		Why:      "SQS answers plain HTTP; a dead-letter queue holds whole events.",
		Fix:      "Deny sqs:* on the queue to everybody where aws:SecureTransport is false, in a statement with no other condition.",
		Severity: Error,
		Types:    []string{"aws_sqs_queue"},
		Check: func(ctx *Context, r Resource) []Result {
			texts, complete := policiesAbout(ctx, r, "aws_sqs_queue_policy", "queue_url")
			return wantDenial(texts, complete, []string{"*", "sqs:*"}, "requests without TLS", insecure)
		},
	}
}
