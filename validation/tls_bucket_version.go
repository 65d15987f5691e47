package validation

func tlsBucketVersion() Rule {
	return Rule{
		ID:       "FO-TLS-002",
		Title:    "Bucket policies deny TLS below 1.2",
		Why:      "TLS 1.0 and 1.1 are broken; the policy holds the line for whatever endpoint the bucket is reached through.",
		Fix:      "Deny s3:* to everybody, on the bucket and its objects, where s3:TlsVersion is NumericLessThan 1.2, in a statement of its own.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			texts, complete := policiesAbout(ctx, r, "aws_s3_bucket_policy", "bucket")
			return wantDenial(texts, complete, []string{"*", "s3:*"}, "TLS below 1.2", oldTLS)
		},
	}
}
