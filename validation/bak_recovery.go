package validation

func bakRecovery() Rule {
	return Rule{
		ID:       "FO-BAK-001",
		Title:    "Tables recover to a point in time",
		Why:      "A faulty release that overwrites tickets can be undone only from a continuous backup.",
		Fix:      "Set point_in_time_recovery with enabled = true.",
		Severity: Error,
		Types:    []string{"aws_dynamodb_table"},
		Check: func(_ *Context, r Resource) []Result {
			return wantTrue(r, "point_in_time_recovery", "enabled")
		},
	}
}
