package validation

import "strings"

func iamManaged() Rule {
	return Rule{
		ID:       "FO-IAM-009",
		Title:    "No AWS-managed policy is attached",
		Why:      "AWS changes its managed policies without asking, and most of them allow Resource \"*\"; no other rule sees inside.",
		Fix:      "Write the statements that are needed into a policy of our own. Where AWS demands its policy by name, suppress with the reason.",
		Severity: Error,
		Types:    []string{"aws_iam_group_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role", "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment"},
		Check: func(_ *Context, r Resource) []Result {
			if r.Type != "aws_iam_role" {
				return judgeAttached(r.Get("policy_arn"), "policy_arn")
			}
			arns, known := r.Get("managed_policy_arns").Blocks()
			if !known {
				return unknown("managed_policy_arns is %s", r.Get("managed_policy_arns"))
			}
			result := notApplicable()
			for _, arn := range arns {
				result = worst(result, judgeAttached(arn, "managed_policy_arns"))
			}
			return result
		},
	}
}

func judgeAttached(v Value, name string) []Result {
	text, _ := v.raw.(string)
	if strings.Contains(text, ":iam::aws:policy/") {
		return nonCompliant("%s is %s", name, v)
	}
	if ref, ok := v.Reference(); ok && ref.Kind != RefData || text != "" && !isExpression(text) {
		return compliant()
	}
	return unknown("%s is %s", name, v)
}
