package validation

func kmsKeyPolicy() Rule {
	return Rule{
		ID:       "FO-KMS-016",
		Title:    "Key policies admit nobody unnamed",
		Why:      "A key policy alone grants access: a statement for everybody opens the key, and all it encrypts, to other accounts.",
		Fix:      "Name the principals, or pin the caller by a condition such as kms:CallerAccount, aws:SourceAccount or aws:PrincipalOrgID.",
		Severity: Error,
		Types:    []string{"aws_kms_key", "aws_kms_key_policy", "aws_kms_replica_key", "aws_kms_external_key"},
		Check: func(_ *Context, r Resource) []Result {
			// Without one, AWS admits the account alone.
			return judgeOne(r.Get("policy"), "policy", openTo)
		},
	}
}
