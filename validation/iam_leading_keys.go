package validation

import (
	"slices"
	"strings"
)

func iamLeadingKeys() Rule {
	return Rule{
		ID:       "FO-IAM-005",
		Title:    "ForAllValues on leading keys comes with a test for their presence",
		Why:      "ForAllValues holds for an absent key: a request that carries no leading keys, such as a Scan, would pass.",
		Fix:      "Add \"Null\": {\"dynamodb:LeadingKeys\": \"false\"} to the same Condition.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				const key = "dynamodb:LeadingKeys"
				_, all := s.find(key, func(operator string) bool { return strings.HasPrefix(operator, "ForAllValues:") })
				present, _ := s.find(key, func(operator string) bool { return operator == "Null" })
				if all && !slices.Equal(present, []string{"false"}) {
					return NonCompliant, "tests " + key + " with ForAllValues but not for presence"
				}
				return Compliant, ""
			})
		},
	}
}
