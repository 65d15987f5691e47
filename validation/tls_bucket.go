package validation

func tlsBucket() Rule {
	return Rule{
		ID:       "FO-TLS-001",
		Title:    "Bucket policies deny requests without TLS",
		Why:      "S3 answers plain HTTP: a presigned URL or an SDK with the wrong scheme sends documents in clear.",
		Fix:      "Deny s3:* to everybody, on the bucket and its objects, where aws:SecureTransport is false, in a statement with no other condition.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			texts, complete := policiesAbout(ctx, r, "aws_s3_bucket_policy", "bucket")
			return wantDenial(texts, complete, []string{"*", "s3:*"}, "requests without TLS", insecure)
		},
	}
}
