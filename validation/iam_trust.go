package validation

func iamTrust() Rule {
	return Rule{
		ID:       "FO-IAM-003",
		Title:    "Trust policies admit nobody unnamed",
		Why:      "A role that trusts everybody can be assumed from any AWS account.",
		Fix:      "Name the service or the role that assumes it, or pin the caller by aws:PrincipalArn, aws:PrincipalOrgID or aws:SourceAccount.",
		Severity: Error,
		Types:    []string{"aws_iam_role"},
		Check: func(_ *Context, r Resource) []Result {
			return judgeOne(r.Get("assume_role_policy"), "assume_role_policy", openTo)
		},
	}
}
