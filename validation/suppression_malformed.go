package validation

func suppressionMalformed() Rule {
	return Rule{
		ID:       "FO-SUP-001",
		Title:    "A suppression names a known rule and gives a reason of substance",
		Why:      "A suppression with a misspelt rule, or whose reason repeats the rule, hides a risk that nobody weighed.",
		Fix:      "Write the rule's id, and in the reason why the risk is acceptable here: at least 20 characters and four words of your own.",
		Severity: Error,
		Types:    []string{AnyType},
	}
}
