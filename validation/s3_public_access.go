package validation

func s3PublicAccess() Rule {
	return Rule{
		ID:       "FO-S3-002",
		Title:    "Buckets block all public access",
		Why:      "The block outlives mistakes in policies and access lists.",
		Fix:      "Add an aws_s3_bucket_public_access_block with all four settings true.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_public_access_block", "bucket", func(block Resource) []Result {
				return worst(
					wantTrue(block, "block_public_acls"),
					wantTrue(block, "block_public_policy"),
					wantTrue(block, "ignore_public_acls"),
					wantTrue(block, "restrict_public_buckets"),
				)
			})
		},
	}
}
