package validation

import "strings"

func iamServiceCall() Rule {
	return Rule{
		ID:       "FO-IAM-019",
		Title:    "AWS services call a function for a named resource only",
		Why:      "A service acts for whoever asks it: without the source, anybody's API, bucket or rule in any account can invoke the function.",
		Fix:      "Set source_arn, or source_account where the source has no ARN yet.",
		Severity: Error,
		Types:    []string{"aws_lambda_permission"},
		Check: func(_ *Context, r Resource) []Result {
			principal, known := r.Get("principal").Text()
			switch {
			case !known:
				return unknown("principal is %s", r.Get("principal"))
			case !strings.HasSuffix(principal, ".amazonaws.com"):
				return notApplicable()
			}
			account := wantPresent(r, "source_account")
			if verdictOf(account) == Compliant {
				return account
			}
			return wantPresent(r, "source_arn")
		},
	}
}
