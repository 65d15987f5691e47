package validation

func iamSignIn() Rule {
	return Rule{
		ID:       "FO-IAM-017",
		Title:    "User pools of protected environments watch how users sign in",
		Why:      "Threat protection stops passwords that leaked elsewhere and sign-ins from unusual places; it is part of the Plus plan alone.",
		Fix:      "Set user_pool_tier = PLUS and user_pool_add_ons.advanced_security_mode = ENFORCED.",
		Severity: Error,
		Types:    []string{"aws_cognito_user_pool"},
		Check: protected(func(r Resource) []Result {
			return worst(
				wantText(r.Get("user_pool_tier"), "user_pool_tier", "PLUS"),
				wantText(r.Get("user_pool_add_ons", "advanced_security_mode"), "user_pool_add_ons.advanced_security_mode", "ENFORCED"),
			)
		}),
	}
}
