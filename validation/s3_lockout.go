package validation

func s3Lockout() Rule {
	return Rule{
		ID:       "FO-S3-006",
		Title:    "Bucket policies lock nobody out",
		Why:      "A denial for everybody that covers s3:PutBucketPolicy, without a condition, binds Terraform and every administrator: only the account's root can lift it.",
		Fix:      "Add a condition to the denial, or name the principals or actions that it is for.",
		Severity: Error,
		Types:    []string{"aws_s3_bucket", "aws_s3_bucket_policy"},
		Check: func(_ *Context, r Resource) []Result {
			v := r.Get("policy")
			if v.Absent() {
				return notApplicable()
			}
			p, known := parsePolicy(v)
			if !known {
				return unknown("policy is not the text of a policy: %s", short(v.String()))
			}
			for _, s := range p {
				if s.Effect == "Deny" && s.anyone() && len(s.Conditions) == 0 && len(s.allows("s3:PutBucketPolicy", "s3:DeleteBucketPolicy")) > 0 {
					return nonCompliant("%s denies everybody to change the policy, without a condition", s.Sid)
				}
			}
			return compliant()
		},
	}
}
