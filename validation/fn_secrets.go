package validation

import (
	"regexp"
	"slices"
)

func fnSecrets() Rule {
	return Rule{
		ID:       "FO-FN-008",
		Title:    "Function environments hold no secrets",
		Why:      "Whoever may read a function's configuration reads its environment, and so does every plan and state file.",
		Fix:      "Keep the secret in Secrets Manager or a SecureString, and give the function its name or ARN.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			variables, known := r.Get("environment", "variables").Map()
			if !known {
				return unknown("environment.variables is %s", r.Get("environment", "variables"))
			}
			result := compliant()
			for _, name := range sortedKeys(variables) {
				result = worst(result, judgeVariable(name, variables[name]))
			}
			return result
		},
	}
}

var (
	// secretName are names that say that the value is one, not where it is kept.
	secretName = regexp.MustCompile(`(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_KEY|ACCESS_KEY|SECRET_KEY)$`)
	// secretValue are the forms of an AWS access key id, a private key, a JSON
	// web token and a URL with a password.
	secretValue = regexp.MustCompile(`\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.|://[^/\s:@]+:[^/\s:@]+@`)
)

// judgeVariable judges one variable. A reason never shows the value.
func judgeVariable(name string, v Value) []Result {
	raw, _ := v.raw.(string)
	switch ref, whole := v.Reference(); {
	case secretValue.MatchString(raw):
		return nonCompliant("%s holds a value of the form of a secret", name)
	case !secretName.MatchString(name) || v.Absent() || raw == "":
		return compliant()
	case whole && slices.Contains([]string{"arn", "id", "name"}, ref.Attribute):
		return compliant()
	case isExpression(raw):
		return unknown("%s is named for a secret and is an expression", name)
	}
	return nonCompliant("%s is named for a secret and holds a text", name)
}
