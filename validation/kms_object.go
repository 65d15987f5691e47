package validation

func kmsObject() Rule {
	return Rule{
		ID:       "FO-KMS-002",
		Title:    "Objects encrypt with a customer-managed key",
		Why:      "An object that names its own encryption escapes the bucket's default, and so the customer-managed key.",
		Fix:      "Set kms_key_id to the platform key, or leave encryption to a bucket of the same stack that has the key as its default.",
		Severity: Error,
		Types:    []string{"aws_s3_object", "aws_s3_object_copy"},
		Check: func(ctx *Context, r Resource) []Result {
			if !r.Get("kms_key_id").Absent() {
				return wantCustomerKey(ctx, r, "kms_key_id")
			}
			if algorithm := r.Get("server_side_encryption"); !algorithm.Absent() {
				return nonCompliant("server_side_encryption is %s and kms_key_id is absent", algorithm)
			}
			bucket, found := ctx.Stack.Resolve(r.Get("bucket"))
			if !found {
				return unknown("kms_key_id is absent and bucket is %s, whose default encryption is not in this stack", r.Get("bucket"))
			}
			return kmsBucket().Check(ctx, bucket)
		},
	}
}
