package validation

func kmsOwnPolicy() Rule {
	return Rule{
		ID:       "FO-KMS-020",
		Title:    "Keys have a policy of their own",
		Why:      "AWS's default policy leaves a key to whatever IAM allows, and names none of the services that must use it.",
		Fix:      "Set policy, or add an aws_kms_key_policy for the key.",
		Severity: Error,
		Types:    []string{"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"},
		Check: func(ctx *Context, r Resource) []Result {
			if own := wantPresent(r, "policy"); verdictOf(own) != NonCompliant {
				return own
			}
			return eachNeighbour(ctx, r, "aws_kms_key_policy", "key_id", func(Resource) []Result { return compliant() })
		},
	}
}
