package validation

func s3Ownership() Rule {
	return Rule{
		ID:       "FO-S3-003",
		Title:    "Bucket owners own every object",
		Why:      "With access lists in force, an object's writer can grant access that no policy shows.",
		Fix:      "Add an aws_s3_bucket_ownership_controls with rule.object_ownership = BucketOwnerEnforced.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_ownership_controls", "bucket", func(v Resource) []Result {
				return wantText(v.Get("rule", "object_ownership"), "rule.object_ownership", "BucketOwnerEnforced")
			})
		},
	}
}
