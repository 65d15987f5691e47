package validation

import (
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

func iamSessionTags() Rule {
	return Rule{
		ID:       "FO-IAM-011",
		Title:    "Roles that take session tags demand the tenant's and no other",
		Why:      "Without a required aws:RequestTag/TenantId an untagged AssumeRole succeeds; with other tags allowed, a caller can forge what other policies trust.",
		Fix:      "In every Allow of the trust policy, add StringLike on aws:RequestTag/TenantId and ForAllValues:StringEquals on aws:TagKeys with TenantId alone.",
		Severity: Error,
		Types:    []string{"aws_iam_role"},
		Check: func(_ *Context, r Resource) []Result {
			v := r.Get("assume_role_policy")
			p, _ := parsePolicy(v)
			tagged := slices.ContainsFunc(p, func(s statement) bool {
				return s.Effect == "Allow" && len(s.Principals["AWS"]) > 0 && len(s.allows("sts:TagSession")) > 0
			})
			if len(p) > 0 && !tagged {
				return notApplicable()
			}
			return judgeOne(v, "assume_role_policy", judgeSessionTags)
		},
	}
}

func judgeSessionTags(s statement) (Verdict, string) {
	if len(s.Principals["AWS"]) == 0 {
		return Compliant, "" // identity providers map tags themselves
	}
	const required = "aws:RequestTag/" + contract.TenantTag
	if _, found := s.find(required, narrows); !found {
		return NonCompliant, "does not demand " + required
	}
	keys, _ := s.find("aws:TagKeys", func(operator string) bool { return strings.HasPrefix(operator, "ForAllValues:StringEquals") })
	if !slices.Equal(keys, []string{contract.TenantTag}) {
		return NonCompliant, "does not limit aws:TagKeys to " + contract.TenantTag
	}
	return Compliant, ""
}
