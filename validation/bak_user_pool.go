package validation

func bakUserPool() Rule {
	return Rule{
		ID:       "FO-BAK-003",
		Title:    "User pools of protected environments can't be deleted",
		Why:      "A deleted pool takes every account with it; passwords can't be restored.",
		Fix:      "Set deletion_protection = ACTIVE.",
		Severity: Error,
		Types:    []string{"aws_cognito_user_pool"},
		Check: protected(func(r Resource) []Result {
			return wantText(r.Get("deletion_protection"), "deletion_protection", "ACTIVE")
		}),
	}
}
