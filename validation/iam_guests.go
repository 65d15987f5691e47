package validation

func iamGuests() Rule {
	return Rule{
		ID:       "FO-IAM-014",
		Title:    "Identity pools admit no guests",
		Why:      "A guest gets AWS credentials without signing in, and so without a tenant. The classic flow lets the caller choose the role, whatever the pool maps.",
		Fix:      "Leave allow_unauthenticated_identities and allow_classic_flow false.",
		Severity: Error,
		Types:    []string{"aws_cognito_identity_pool"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(wantFalse(r, "allow_unauthenticated_identities"), wantFalse(r, "allow_classic_flow"))
		},
	}
}
