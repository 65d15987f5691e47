package validation

func kmsTable() Rule {
	return Rule{
		ID:       "FO-KMS-003",
		Title:    "Tables encrypt with a customer-managed key",
		Why:      "By default DynamoDB uses a key that AWS owns: it appears in no audit trail and can't be revoked. Enabled without a key, it uses the account's AWS-managed one.",
		Fix:      "Set server_side_encryption with enabled = true and kms_key_arn to the platform key, for replicas too.",
		Severity: Error,
		Types:    []string{"aws_dynamodb_table"},
		Check: func(ctx *Context, r Resource) []Result {
			result := worst(
				wantTrue(r, "server_side_encryption", "enabled"),
				wantCustomerKey(ctx, r, "server_side_encryption", "kms_key_arn"),
			)
			replicas, known := r.Get("replica").Blocks()
			if !known {
				return worst(result, unknown("replica can't be read"))
			}
			for _, replica := range replicas {
				result = worst(result, customerKey(ctx, replica.Get("kms_key_arn"), "replica.kms_key_arn"))
			}
			return result
		},
	}
}
