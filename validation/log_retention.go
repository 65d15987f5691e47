package validation

func logRetention() Rule {
	return Rule{
		ID:       "FO-LOG-001",
		Title:    "Log groups have a retention",
		Why:      "CloudWatch keeps logs for ever unless told otherwise, with the cost, and with whatever personal data slipped in.",
		Fix:      "Set retention_in_days to the environment's retention.",
		Severity: Error,
		Types:    []string{"aws_cloudwatch_log_group"},
		Check: func(_ *Context, r Resource) []Result {
			days, known := r.Get("retention_in_days").Number()
			switch {
			case !known:
				return unknown("retention_in_days is %s", r.Get("retention_in_days"))
			case days <= 0:
				return nonCompliant("retention_in_days is %s, which keeps logs for ever", r.Get("retention_in_days"))
			}
			return compliant()
		},
	}
}
