package validation

func s3Lifecycle() Rule {
	return Rule{
		ID:       "FO-S3-005",
		Title:    "Buckets have a lifecycle",
		Why:      "Old versions and unfinished uploads are kept, and paid for, for ever; so is personal data beyond its retention.",
		Fix:      "Add an aws_s3_bucket_lifecycle_configuration with at least one enabled rule.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_lifecycle_configuration", "bucket", func(config Resource) []Result {
				rules, known := config.Get("rule").Blocks()
				for _, rule := range rules {
					status, statusKnown := rule.Get("status").Text()
					if status == "Enabled" {
						return compliant()
					}
					known = known && statusKnown
				}
				if !known {
					return unknown("rule can't be read")
				}
				return nonCompliant("no rule is enabled")
			})
		},
	}
}
