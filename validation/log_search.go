package validation

func logSearch() Rule {
	return Rule{
		ID:       "FO-LOG-008",
		Title:    "Search domains publish audit logs",
		Why:      "Only the audit log tells which role searched whose documents.",
		Fix:      "Add log_publishing_options with log_type AUDIT_LOGS and a cloudwatch_log_group_arn.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain"},
		Check: func(_ *Context, r Resource) []Result {
			return publishes(r, "AUDIT_LOGS")
		},
	}
}

// publishes judges whether a search domain publishes a kind of log.
func publishes(r Resource, want string) []Result {
	blocks, known := r.Get("log_publishing_options").Blocks()
	for _, block := range blocks {
		kind, kindKnown := block.Get("log_type").Text()
		enabled, enabledKnown := block.Get("enabled").Bool()
		known = known && kindKnown && enabledKnown
		if kind == want && (enabled || block.Get("enabled").Absent()) {
			return compliant()
		}
	}
	if !known {
		return unknown("log_publishing_options can't be read")
	}
	return nonCompliant("no log_publishing_options publishes %s", want)
}
