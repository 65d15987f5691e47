package validation

func bakBucket() Rule {
	return Rule{
		ID:       "FO-BAK-004",
		Title:    "Buckets of protected environments are never emptied by Terraform",
		Why:      "force_destroy deletes every object and version before the bucket.",
		Fix:      "Leave force_destroy false.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: protected(func(r Resource) []Result {
			return wantFalse(r, "force_destroy")
		}),
	}
}
