package validation

func kmsFunction() Rule {
	return Rule{
		ID:       "FO-KMS-009",
		Title:    "Function environments encrypt with a customer-managed key",
		Why:      "Under the default key everybody who may read the function's configuration reads its environment variables.",
		Fix:      "Set kms_key_arn to the platform key.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(ctx *Context, r Resource) []Result {
			if r.Get("environment").Absent() {
				return notApplicable()
			}
			return wantCustomerKey(ctx, r, "kms_key_arn")
		},
	}
}
