package validation

import (
	"regexp"
	"slices"
	"strings"
)

func iamTrustedAccount() Rule {
	return Rule{
		ID:       "FO-IAM-022",
		Title:    "Trust policies name roles, not whole accounts",
		Why:      "An account as principal stands for everybody in it who has sts:AssumeRole on *, today and later.",
		Fix:      "Name the role, or pin it by aws:PrincipalArn where it can't be named because it is made later.",
		Severity: Error,
		Types:    []string{"aws_iam_role"},
		Check: func(_ *Context, r Resource) []Result {
			return judgeOne(r.Get("assume_role_policy"), "assume_role_policy", judgeTrustedAccount)
		},
	}
}

var accountID = regexp.MustCompile(`^\d{12}$`)

func judgeTrustedAccount(s statement) (Verdict, string) {
	whole := slices.IndexFunc(s.Principals["AWS"], func(p string) bool { return strings.HasSuffix(p, ":root") || accountID.MatchString(p) })
	if whole < 0 {
		return Compliant, ""
	}
	return wantCondition(s, "the whole of "+s.Principals["AWS"][whole], "aws:PrincipalArn")
}
