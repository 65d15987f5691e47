package validation

func iamPassRole() Rule {
	return Rule{
		ID:       "FO-IAM-006",
		Title:    "Roles are passed to named services only",
		Why:      "Who may pass a role to any service can run code under it.",
		Fix:      "Give iam:PassRole a statement of its own with StringEquals on iam:PassedToService.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				if len(s.allows("iam:PassRole")) == 0 {
					return Compliant, ""
				}
				return wantCondition(s, "iam:PassRole", "iam:PassedToService")
			})
		},
	}
}

// wantCondition judges a statement that has to narrow what it allows by a key.
func wantCondition(s statement, action, key string) (Verdict, string) {
	values, found := s.find(key, narrows)
	for _, value := range values {
		if onlyWildcards(value) {
			return NonCompliant, "allows " + action + " with any " + key
		}
	}
	if !found {
		return NonCompliant, "allows " + action + " without a condition on " + key
	}
	return Compliant, ""
}
