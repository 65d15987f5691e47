package validation

import "slices"

func iamFederated() Rule {
	return Rule{
		ID:       "FO-IAM-012",
		Title:    "Roles of an identity pool name the pool and admit no guests",
		Why:      "Every identity pool of the world signs in through the same provider: without its own pool as audience a role can be assumed from another account's pool, and without amr by guests.",
		Fix:      "Add StringEquals on cognito-identity.amazonaws.com:aud with the pool's id, and ForAnyValue:StringLike on cognito-identity.amazonaws.com:amr with authenticated.",
		Severity: Error,
		Types:    []string{"aws_iam_role"},
		Check: func(_ *Context, r Resource) []Result {
			return judgeOne(r.Get("assume_role_policy"), "assume_role_policy", judgeFederated)
		},
	}
}

func judgeFederated(s statement) (Verdict, string) {
	const provider = "cognito-identity.amazonaws.com"
	if !slices.Contains(s.Principals["Federated"], provider) {
		return Compliant, ""
	}
	if verdict, reason := wantCondition(s, "a web identity", provider+":aud"); verdict != Compliant {
		return verdict, reason
	}
	if values, _ := s.find(provider+":amr", narrows); !slices.Equal(values, []string{"authenticated"}) {
		return NonCompliant, "does not demand " + provider + ":amr authenticated"
	}
	return Compliant, ""
}
