package validation

func s3Logging() Rule {
	return Rule{
		ID:       "FO-S3-004",
		Title:    "Buckets log access",
		Why:      "Access logs tell who read which object, also where the trail records no data events.",
		Fix:      "Add an aws_s3_bucket_logging with a target_bucket. The log bucket itself can't log to itself: suppress it there.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_s3_bucket_logging", "bucket", func(logging Resource) []Result {
				if to, found := ctx.Stack.Resolve(logging.Get("target_bucket")); found && to.Address() == r.Address() {
					return nonCompliant("it logs to itself, and so logs the writing of its logs without end")
				}
				return wantPresent(logging, "target_bucket")
			})
		},
	}
}
