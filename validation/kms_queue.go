package validation

func kmsQueue() Rule {
	return Rule{
		ID:       "FO-KMS-006",
		Title:    "Queues encrypt with a customer-managed key",
		Why:      "Dead-letter queues keep whole events for days. The key alias/aws/sqs can't be granted to the services that must send to the queue.",
		Fix:      "Set kms_master_key_id to the platform key; sqs_managed_sse_enabled is not enough.",
		Severity: Error,
		Types:    []string{"aws_sqs_queue"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_master_key_id")
		},
	}
}
