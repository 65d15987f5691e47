package validation

func bakTable() Rule {
	return Rule{
		ID:       "FO-BAK-002",
		Title:    "Tables of protected environments can't be deleted",
		Why:      "A renamed construct is a new table to Terraform: it would delete the old one with all its items.",
		Fix:      "Set deletion_protection_enabled = true.",
		Severity: Error,
		Types:    []string{"aws_dynamodb_table"},
		Check: protected(func(r Resource) []Result {
			return wantTrue(r, "deletion_protection_enabled")
		}),
	}
}
