package validation

import (
	"fmt"
	"slices"
	"strings"
)

// identityPolicyTypes hold policies that grant to the identity they are
// attached to.
func identityPolicyTypes() []string {
	return []string{"aws_iam_group_policy", "aws_iam_policy", "aws_iam_role", "aws_iam_role_policy", "aws_iam_user_policy"}
}

// resourcePolicyAttributes are the types that hold a policy about the resource
// itself, with the attribute that holds it. Key policies have a rule of their
// own; endpoint policies grant nothing.
func resourcePolicyAttributes() map[string]string {
	return map[string]string{
		"aws_api_gateway_rest_api":           "policy",
		"aws_api_gateway_rest_api_policy":    "policy",
		"aws_cloudwatch_event_bus_policy":    "policy",
		"aws_cloudwatch_log_resource_policy": "policy_document",
		"aws_dynamodb_resource_policy":       "policy",
		"aws_opensearch_domain":              "access_policies",
		"aws_opensearch_domain_policy":       "access_policies",
		"aws_s3_bucket":                      "policy",
		"aws_s3_bucket_policy":               "policy",
		"aws_secretsmanager_secret_policy":   "policy",
		"aws_sns_topic":                      "policy",
		"aws_sns_topic_policy":               "policy",
		"aws_sqs_queue":                      "policy",
		"aws_sqs_queue_policy":               "policy",
	}
}

func resourcePolicyTypes() []string { return sortedKeys(resourcePolicyAttributes()) }

// policyText is a policy of a resource; Label tells several apart.
type policyText struct {
	Label string
	Value Value
}

// policiesOf are the policies that a resource holds, identity or resource
// policies but no trust policies. known is false if there may be more.
func policiesOf(r Resource) (texts []policyText, known bool) {
	if attribute, ok := resourcePolicyAttributes()[r.Type]; ok {
		return []policyText{{attribute, r.Get(attribute)}}, true
	}
	if r.Type != "aws_iam_role" {
		return []policyText{{"policy", r.Get("policy")}}, true
	}
	blocks, known := r.Get("inline_policy").Blocks()
	for i, block := range blocks {
		label, _ := block.Get("name").Text()
		if label == "" {
			label = fmt.Sprintf("inline policy %d", i+1)
		}
		texts = append(texts, policyText{label, block.Get("policy")})
	}
	return texts, known
}

// judgement is a rule's verdict on one statement, with the reason.
type judgement func(statement) (Verdict, string)

// eachAllow lets judge look at every Allow statement of the resource's
// policies. The results name the statement by its Sid.
func eachAllow(r Resource, judge judgement) []Result {
	texts, known := policiesOf(r)
	var results []Result
	if !known {
		results = unknown("inline_policy can't be read")
	}
	written := false
	for _, text := range texts {
		if text.Value.Absent() {
			continue
		}
		written = true
		results = append(results, judgePolicy(text, judge)...)
	}
	switch {
	case len(results) > 0:
		return results
	case !written:
		return notApplicable()
	}
	return compliant()
}

// judgePolicy returns the results that are worse than Compliant.
func judgePolicy(text policyText, judge judgement) []Result {
	p, known := parsePolicy(text.Value)
	if !known {
		return unknown("%s is not the text of a policy: %s", text.Label, short(text.Value.String()))
	}
	var results []Result
	for _, s := range p {
		if s.Effect != "Allow" {
			continue
		}
		if verdict, reason := judge(s); verdict > Compliant {
			results = append(results, Result{verdict, s.Sid + ": " + reason, s.Sid})
		}
	}
	return results
}

// denies reports whether a policy denies everybody one of the actions (in
// lower case), on the resource and what is in it, under just this condition. A
// second condition in the statement would narrow the denial, since IAM takes
// them all together.
func denies(p policy, actions []string, holds func(condition) bool) bool {
	return slices.ContainsFunc(p, func(s statement) bool {
		return s.Effect == "Deny" && s.anyone() && s.coversAll() &&
			slices.ContainsFunc(s.Actions, func(a string) bool { return slices.Contains(actions, strings.ToLower(a)) }) &&
			len(s.Conditions) == 1 && holds(s.Conditions[0])
	})
}

// coversAll reports whether a statement about a resource covers it whole. Of a
// bucket that takes two: the bucket and its objects.
func (s statement) coversAll() bool {
	if slices.ContainsFunc(s.Resources, onlyWildcards) {
		return true
	}
	itself, objects := false, false
	for _, resource := range s.Resources {
		bare := unreferenced(resource)
		within, below := strings.CutSuffix(bare, "/*")
		objects = objects || below && !strings.Contains(within, "/")
		itself = itself || !strings.Contains(bare, "/")
	}
	hasObjects := slices.ContainsFunc(s.Actions, func(a string) bool { return a == "*" || strings.HasPrefix(strings.ToLower(a), "s3:") })
	return itself && (objects || !hasObjects)
}

// unreferenced is the text with references left out.
func unreferenced(text string) string { return referencePattern.ReplaceAllString(text, "") }
