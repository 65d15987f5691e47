package validation

func iamSecondFactor() Rule {
	return Rule{
		ID:       "FO-IAM-016",
		Title:    "User pools offer a second factor, and protected environments demand it",
		Why:      "Passwords are phished and reused; with one alone the attacker is the tenant's user.",
		Fix:      "Set mfa_configuration = ON, or OPTIONAL outside protected environments, and software_token_mfa_configuration.enabled.",
		Severity: Error,
		Types:    []string{"aws_cognito_user_pool"},
		Check: func(ctx *Context, r Resource) []Result {
			modes := []string{"ON", "OPTIONAL"}
			if ctx.Options.Protected {
				modes = modes[:1]
			}
			return worst(
				wantText(r.Get("mfa_configuration"), "mfa_configuration", modes...),
				// Codes by text message can be redirected by whoever takes the number over.
				wantTrue(r, "software_token_mfa_configuration", "enabled"),
			)
		},
	}
}
