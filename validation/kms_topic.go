package validation

func kmsTopic() Rule {
	return Rule{
		ID:       "FO-KMS-007",
		Title:    "Topics encrypt with a customer-managed key",
		Why:      "Alerts and escalations carry tenant context. CloudWatch alarms can't publish to a topic under alias/aws/sns, so they would be lost in silence.",
		Fix:      "Set kms_master_key_id to the platform key.",
		Severity: Error,
		Types:    []string{"aws_sns_topic"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_master_key_id")
		},
	}
}
