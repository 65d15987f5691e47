package validation

func iamBoundary() Rule {
	return Rule{
		ID:       "FO-IAM-007",
		Title:    "Roles are made and granted to only under a permissions boundary",
		Why:      "Who can make a role, or write its policies, without a boundary can give it every right in the account. Who can remove a boundary can do so afterwards.",
		Fix:      "Add StringEquals on iam:PermissionsBoundary to the statement; allow no Delete...PermissionsBoundary.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, judgeBoundary)
		},
	}
}

func judgeBoundary(s statement) (Verdict, string) {
	if removing := s.allows("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"); len(removing) > 0 {
		return NonCompliant, "allows " + removing[0] + ", which lifts the boundary"
	}
	granting := s.allows(
		"iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary",
		"iam:CreateUser", "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:PutUserPermissionsBoundary",
	)
	if len(granting) == 0 {
		return Compliant, ""
	}
	return wantCondition(s, granting[0], "iam:PermissionsBoundary")
}
