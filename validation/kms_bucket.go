package validation

func kmsBucket() Rule {
	return Rule{
		ID:       "FO-KMS-001",
		Title:    "Buckets encrypt with a customer-managed key",
		Why:      "Only a key of our own can be restricted by a key policy, audited for each use and revoked. Without a bucket key, every object costs a KMS request.",
		Fix:      "Give the bucket an aws_s3_bucket_server_side_encryption_configuration with aws:kms, the platform key and bucket_key_enabled. The target bucket of S3 access logs supports SSE-S3 only: suppress it there.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_server_side_encryption_configuration", "bucket", func(config Resource) []Result {
				return worst(
					wantText(config.Get("rule", "apply_server_side_encryption_by_default", "sse_algorithm"), "sse_algorithm", "aws:kms", "aws:kms:dsse"),
					customerKey(ctx, config.Get("rule", "apply_server_side_encryption_by_default", "kms_master_key_id"), "kms_master_key_id"),
					wantTrue(config, "rule", "bucket_key_enabled"),
				)
			})
		},
	}
}
