package validation

import (
	"fmt"
	"regexp"
	"strings"
)

// policyLimits are the characters that a policy may have, by type and
// attribute: white space aside for IAM ("IAM and STS quotas"; a trust policy's
// can be raised, this is what an account begins with), all of them for the
// others (KMS "Resource quotas", S3 "Policies and permissions", CloudWatch Logs
// PutResourcePolicy).
var policyLimits = map[string][]struct {
	attribute string
	limit     int
}{
	"aws_cloudwatch_log_resource_policy": {{"policy_document", 5120}},
	"aws_iam_policy":                     {{"policy", 6144}},
	"aws_iam_role":                       {{"assume_role_policy", 2048}},
	"aws_iam_role_policy":                {{"policy", 10240}},
	"aws_kms_key":                        {{"policy", 32768}},
	"aws_s3_bucket_policy":               {{"policy", 20480}},
}

// resolvedLength is what a reference is taken to be long when it is resolved:
// a long ARN.
const resolvedLength = 120

var expression = regexp.MustCompile(`(^|[^$])\$\{[^}]*\}`)

func iamSize() Rule {
	return Rule{
		ID:       "FO-IAM-013",
		Title:    "Policies fit their quota",
		Why:      "AWS refuses a longer policy, at deploy and with everything before it in place.",
		Fix:      "Split the policy, or say the same with fewer statements.",
		Severity: Error,
		Types:    sortedKeys(policyLimits),
		Check: func(_ *Context, r Resource) []Result {
			result := notApplicable()
			for _, l := range policyLimits[r.Type] {
				result = worst(result, judgeSize(r, l.attribute, l.limit))
			}
			return result
		},
	}
}

func judgeSize(r Resource, attribute string, limit int) []Result {
	text, ok := r.Get(attribute).raw.(string)
	if !ok {
		return notApplicable()
	}
	text = strings.Join(strings.Fields(text), "")
	references := len(expression.FindAllString(text, -1))
	literal := len(expression.ReplaceAllString(strings.ReplaceAll(text, "$${", "{"), "$1"))
	switch length := literal + references*resolvedLength; {
	case literal > limit:
		return nonCompliant("%s has %d characters, more than %d", attribute, literal, limit)
	case length > limit:
		return unknown("%s has %s characters, and %d is the limit", attribute, fmt.Sprintf("%d and %d references, some %d", literal, references, length), limit)
	}
	return compliant()
}
