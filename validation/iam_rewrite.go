package validation

import "strings"

func iamRewrite() Rule {
	return Rule{
		ID:       "FO-IAM-024",
		Title:    "Policies can't rewrite policies, trust or code",
		Why:      "Who can give a policy a new version, a role a new trust or a function new code has the rights of every identity that uses it.",
		Fix:      "Drop the action: policies, trust and code change by a deployment. For roles made at run time, grant their creation under a boundary (FO-IAM-007).",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				if granted := s.allows(rewriteActions()...); len(granted) > 0 {
					return NonCompliant, "allows " + strings.Join(granted, ", ")
				}
				return Compliant, ""
			})
		},
	}
}

// rewriteActions change what another identity may do or runs, by the published
// lists of ways to escalate in IAM. Those that take a boundary or pass a role
// have rules of their own.
func rewriteActions() []string {
	return []string{
		"iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:CreatePolicyVersion", "iam:PutGroupPolicy", "iam:SetDefaultPolicyVersion",
		"iam:UpdateAssumeRolePolicy", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
	}
}
