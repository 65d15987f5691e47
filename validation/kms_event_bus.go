package validation

func kmsEventBus() Rule {
	return Rule{
		ID:       "FO-KMS-011",
		Title:    "Event buses encrypt with a customer-managed key",
		Why:      "Events on the bus name tenants, tickets and documents, and stand in the bus's store until delivered.",
		Fix:      "Set kms_key_identifier to the platform key.",
		Severity: Error,
		Types:    []string{"aws_cloudwatch_event_bus"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_identifier")
		},
	}
}
