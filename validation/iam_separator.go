package validation

import (
	"fmt"
	"strings"
)

func iamSeparator() Rule {
	return Rule{
		ID:       "FO-IAM-008",
		Title:    "Tenant patterns end at a separator",
		Why:      "A pattern such as TENANT#<tag>* for tenant acme also matches tenant acme-eu.",
		Fix:      "Let a character that no tenant id holds (\"#\", \"/\") stand between the tag and a wildcard, on both sides.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				texts := s.Resources
				for _, c := range s.Conditions {
					texts = append(texts[:len(texts):len(texts)], c.Values...)
				}
				for _, text := range texts {
					if reachesNeighbour(text) {
						return NonCompliant, fmt.Sprintf("%q also matches other tenants", text)
					}
				}
				return Compliant, ""
			})
		},
	}
}

// reachesNeighbour reports whether a wildcard touches the tenant in a pattern,
// with nothing between them but what a tenant id may hold.
func reachesNeighbour(text string) bool {
	parts := strings.Split(strings.ToLower(text), strings.ToLower(tenantVariable))
	for i, part := range parts {
		part = strings.TrimSuffix(part, "$") // of Terraform's "$${"
		if i > 0 {
			end := strings.IndexFunc(part, separates)
			if end < 0 {
				end = len(part)
			}
			if strings.ContainsAny(part[:end], "*?") {
				return true
			}
		}
		if i < len(parts)-1 && strings.ContainsAny(part[strings.LastIndexFunc(part, separates)+1:], "*?") {
			return true
		}
	}
	return false
}

// separates reports whether a character can't be part of a tenant id or stand
// for one that is.
func separates(r rune) bool {
	return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '*' || r == '?')
}
