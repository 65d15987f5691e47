package validation

import "strings"

func iamTopic() Rule {
	return Rule{
		ID:       "FO-IAM-021",
		Title:    "Topics let principals publish under a condition only",
		Why:      "A topic is open to a principal of another account as soon as its policy names one; who publishes there wakes people up.",
		Fix:      "Grant services, or add a condition such as aws:PrincipalOrgID or aws:SourceArn.",
		Severity: Error,
		Types:    []string{"aws_sns_topic", "aws_sns_topic_policy"},
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				if len(s.Principals["AWS"]) > 0 && len(s.Conditions) == 0 {
					return NonCompliant, "allows " + strings.Join(s.Principals["AWS"], ", ") + " without a condition"
				}
				return Compliant, ""
			})
		},
	}
}
