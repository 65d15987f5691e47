package validation

func iamPassword() Rule {
	return Rule{
		ID:       "FO-IAM-015",
		Title:    "User pools demand long passwords of four kinds of characters",
		Why:      "A user's password opens a whole tenant; Cognito's default takes eight characters.",
		Fix:      "Set password_policy with minimum_length of 12 or more and the four require_ settings true.",
		Severity: Error,
		Types:    []string{"aws_cognito_user_pool"},
		Check: func(_ *Context, r Resource) []Result {
			const least = 12
			v := r.Get("password_policy", "minimum_length")
			length, known := v.Number()
			result := compliant()
			switch {
			case !known:
				result = unknown("password_policy.minimum_length is %s", v)
			case length < least:
				result = nonCompliant("password_policy.minimum_length is %s, want %d or more", v, least)
			}
			for _, name := range []string{"require_lowercase", "require_uppercase", "require_numbers", "require_symbols"} {
				result = worst(result, wantTrue(r, "password_policy", name))
			}
			return result
		},
	}
}
