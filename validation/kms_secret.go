package validation

func kmsSecret() Rule {
	return Rule{
		ID:       "FO-KMS-017",
		Title:    "Secrets encrypt with a customer-managed key",
		Why:      "Without a key, Secrets Manager uses aws/secretsmanager, which every principal of the account that may read the secret may use.",
		Fix:      "Set kms_key_id to the platform key.",
		Severity: Error,
		Types:    []string{"aws_secretsmanager_secret"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_id")
		},
	}
}
