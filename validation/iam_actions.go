package validation

import (
	"fmt"
	"strings"
)

func iamActions() Rule {
	return Rule{
		ID:       "FO-IAM-001",
		Title:    "Policies name their actions",
		Why:      "Action \"*\" and \"service:*\" grant what the service adds next year, and deletion and policy changes today.",
		Fix:      "List the actions that the code calls. Replace NotAction in an Allow by a list too.",
		Severity: Error,
		Types:    append(resourcePolicyTypes(), identityPolicyTypes()...),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				if len(s.NotActions) > 0 {
					return NonCompliant, "allows all but some actions (NotAction)"
				}
				for _, action := range s.Actions {
					if isExpression(action) {
						return Unknown, fmt.Sprintf("action %q is an expression", action)
					}
					_, name, scoped := strings.Cut(action, ":")
					if onlyWildcards(action) || scoped && onlyWildcards(name) {
						return NonCompliant, fmt.Sprintf("allows %s", action)
					}
				}
				return Compliant, ""
			})
		},
	}
}
