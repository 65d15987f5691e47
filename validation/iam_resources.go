package validation

import (
	"fmt"
	"slices"
	"strings"
)

func iamResources() Rule {
	return Rule{
		ID:       "FO-IAM-002",
		Title:    "Policies name their resources",
		Why:      "Resource \"*\" reaches every table, bucket and role of the account, those of other platforms included.",
		Fix:      "Name the ARNs. Give actions that AWS lets no resource scope a statement of their own; suppress any other wildcard by the statement's Sid, with the reason.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, judgeResources)
		},
	}
}

func judgeResources(s statement) (Verdict, string) {
	if len(s.NotResources) > 0 {
		return NonCompliant, "allows all but some resources (NotResource)"
	}
	for _, resource := range s.Resources {
		if !isScoped(resource) {
			return Unknown, fmt.Sprintf("resource %q is an expression", short(resource))
		}
	}
	wide := slices.IndexFunc(s.Resources, func(resource string) bool { return isWide(s, resource) })
	if wide < 0 {
		return Compliant, ""
	}
	var scopable []string
	for _, action := range s.Actions {
		if !unscoped(s, action) {
			scopable = append(scopable, action)
		}
	}
	if len(scopable) == 0 && len(s.Actions) > 0 {
		return Compliant, ""
	}
	return NonCompliant, fmt.Sprintf("allows %s on %s", strings.Join(scopable, ", "), s.Resources[wide])
}

// isWide reports whether a resource is everything, everything of a service, or
// everything of a type. A condition on the resource's tags scopes the last two.
func isWide(s statement, resource string) bool {
	if onlyWildcards(resource) {
		return true
	}
	parts := strings.SplitN(resource, ":", 6)
	if parts[0] != "arn" || len(parts) < 6 || scopedByTag(s) {
		return false
	}
	name := parts[5]
	for _, prefix := range wideTypes()[parts[2]] {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			name = rest
		}
	}
	return strings.ContainsAny(name, "*?") && strings.Trim(name, "*?:/") == ""
}

func scopedByTag(s statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c condition) bool {
		return narrows(c.Operator) && strings.HasPrefix(strings.ToLower(c.Key), "aws:resourcetag/") && !slices.ContainsFunc(c.Values, onlyWildcards)
	})
}

// wideTypes are, by service, what stands in an ARN before the name of a
// resource, so that "table/*" is seen as every table.
func wideTypes() map[string][]string {
	return map[string][]string{
		"bedrock":           {"foundation-model/", "inference-profile/", "guardrail/"},
		"bedrock-agentcore": {"runtime/"},
		"cognito-idp":       {"userpool/"},
		"dynamodb":          {"table/"},
		"es":                {"domain/"},
		"events":            {"event-bus/", "rule/"},
		"iam":               {"role/", "policy/", "user/"},
		"kms":               {"key/", "alias/"},
		"lambda":            {"function:"},
		"logs":              {"log-group:"},
		"secretsmanager":    {"secret:"},
		"ssm":               {"parameter/"},
		"states":            {"stateMachine:", "execution:"},
	}
}
