package validation

func s3Versioning() Rule {
	return Rule{
		ID:       "FO-S3-001",
		Title:    "Buckets keep versions",
		Why:      "S3 is the system of record for documents: without versions an overwrite or a delete is final, and re-processing has no history.",
		Fix:      "Add an aws_s3_bucket_versioning with versioning_configuration.status = Enabled.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_versioning", "bucket", func(v Resource) []Result {
				return wantText(v.Get("versioning_configuration", "status"), "versioning_configuration.status", "Enabled")
			})
		},
	}
}
