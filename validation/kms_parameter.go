package validation

func kmsParameter() Rule {
	return Rule{
		ID:       "FO-KMS-013",
		Title:    "Secure parameters encrypt with a customer-managed key",
		Why:      "A SecureString without a key uses aws/ssm, which everybody who may read parameters may use.",
		Fix:      "Set key_id to the platform key.",
		Severity: Error,
		Types:    []string{"aws_ssm_parameter"},
		Check: func(ctx *Context, r Resource) []Result {
			kind, known := r.Get("type").Text()
			switch {
			case !known:
				return unknown("type is %s", r.Get("type"))
			case kind != "SecureString":
				return notApplicable()
			}
			return wantCustomerKey(ctx, r, "key_id")
		},
	}
}
