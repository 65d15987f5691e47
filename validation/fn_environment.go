package validation

import (
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

func fnEnvironment() Rule {
	return Rule{
		ID:       "FO-FN-005",
		Title:    "Functions get the environment that their contract demands",
		Why:      "A function that misses a variable fails at its first call, after a deployment that looked well.",
		Fix:      "Set the variables that contract.Function lists, and the common ones.",
		Severity: Error,
		Types:    []string{"aws_lambda_function"},
		Check: func(_ *Context, r Resource) []Result {
			f, found := contracted(r)
			if !found {
				return notApplicable()
			}
			variables, known := r.Get("environment", "variables").Map()
			if !known {
				return unknown("environment.variables is %s", r.Get("environment", "variables"))
			}
			var missing []string
			for _, name := range slices.Concat(contract.CommonEnvironment, f.Environment) {
				if v, ok := variables[name]; !ok || v.Absent() {
					missing = append(missing, name)
				}
			}
			if len(missing) > 0 {
				return nonCompliant("environment.variables lacks %s", strings.Join(missing, ", "))
			}
			return compliant()
		},
	}
}
