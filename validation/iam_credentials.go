package validation

import "strings"

func iamCredentials() Rule {
	return Rule{
		ID:       "FO-IAM-023",
		Title:    "Policies hand out no other credentials",
		Why:      "Who can make keys, passwords or tokens for another identity keeps its rights after losing his own.",
		Fix:      "Drop the action: identities of the platform are roles, whose credentials AWS makes and rotates.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				if granted := s.allows(credentialActions()...); len(granted) > 0 {
					return NonCompliant, "allows " + strings.Join(granted, ", ")
				}
				return Compliant, ""
			})
		},
	}
}

// credentialActions answer with credentials, or make some, by the Service
// Authorization Reference. sts:AssumeRole is not among them: it takes the role
// as its resource, which FO-IAM-002 wants named; nor is ecr:GetAuthorizationToken,
// whose token is no more than the caller's own rights.
func credentialActions() []string {
	return []string{
		"cognito-idp:AdminSetUserPassword", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateServiceSpecificCredential",
		"iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey", "iam:UpdateLoginProfile", "rds-db:connect",
		"redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM", "redshift-serverless:GetCredentials",
		"sso:GetRoleCredentials", "sts:GetFederationToken", "sts:GetSessionToken",
	}
}
