package validation

func kmsTrail() Rule {
	return Rule{
		ID:       "FO-KMS-008",
		Title:    "Trails encrypt with a customer-managed key",
		Why:      "The audit trail is evidence: reading it must be a grant of its own.",
		Fix:      "Set kms_key_id to the platform key's ARN.",
		Severity: Error,
		Types:    []string{"aws_cloudtrail"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_id")
		},
	}
}
