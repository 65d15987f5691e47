package validation

func iamOpen() Rule {
	return Rule{
		ID:       "FO-IAM-010",
		Title:    "Resource policies admit nobody unnamed",
		Why:      "A bucket, queue, topic, bus or domain that allows everybody is open to every AWS account, or to the internet.",
		Fix:      "Name the principals, or pin the caller by a condition such as aws:SourceArn, aws:SourceAccount or aws:PrincipalOrgID. The policy of an API whose methods have an authorizer names nobody: suppress it there.",
		Severity: Error,
		Types:    append(resourcePolicyTypes(), "aws_lambda_permission"),
		Check: func(_ *Context, r Resource) []Result {
			if r.Type != "aws_lambda_permission" {
				return eachAllow(r, openTo)
			}
			principal, known := r.Get("principal").Text()
			pinned := !r.Get("source_arn").Absent() || !r.Get("source_account").Absent() || !r.Get("principal_org_id").Absent()
			switch {
			case !known:
				return unknown("principal is %s", r.Get("principal"))
			case principal == "*" && !pinned:
				return nonCompliant("allows Principal \"*\" without source_arn, source_account or principal_org_id")
			}
			return compliant()
		},
	}
}
