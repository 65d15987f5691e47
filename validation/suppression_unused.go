package validation

func suppressionUnused() Rule {
	return Rule{
		ID:       "FO-SUP-002",
		Title:    "Every suppression excuses a finding",
		Why:      "A suppression that excuses nothing will silently excuse the next mistake in the same place.",
		Fix:      "Remove the suppression, or correct the construct, rule or part that it names.",
		Severity: Warning,
		Types:    []string{AnyType},
	}
}
