package validation

import "fmt"

func iamProvider() Rule {
	return Rule{
		ID:       "FO-IAM-020",
		Title:    "Providers hold no credentials",
		Why:      "Whatever a provider block holds is in the synthesized JSON, in plans and in logs; a key there lives until somebody remembers it.",
		Fix:      "Leave access_key, secret_key and token out: Terraform takes the credentials of the role that it runs under.",
		Severity: Error,
		Types:    []string{ProviderType},
		Check: func(_ *Context, r Resource) []Result {
			result := compliant()
			for _, name := range []string{"access_key", "secret_key", "token"} {
				switch v := r.Get(name); {
				case v.Absent():
				case v.opaque || isExpression(fmt.Sprint(v.raw)):
					result = worst(result, unknown("%s is an expression", name))
				default: // not shown: it may be one
					result = worst(result, nonCompliant("%s is written", name))
				}
			}
			return result
		},
	}
}
