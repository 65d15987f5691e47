package validation

func kmsLogGroup() Rule {
	return Rule{
		ID:       "FO-KMS-005",
		Title:    "Log groups encrypt with a customer-managed key",
		Why:      "Logs tell who did what for which tenant; only a key of our own limits who may read them.",
		Fix:      "Set kms_key_id to the platform key, and let the key policy admit logs.<region> for the log group's encryption context.",
		Severity: Error,
		Types:    []string{"aws_cloudwatch_log_group"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_id")
		},
	}
}
