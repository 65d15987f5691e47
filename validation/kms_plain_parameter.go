package validation

func kmsPlainParameter() Rule {
	return Rule{
		ID:       "FO-KMS-021",
		Title:    "Parameters are secure ones",
		Why:      "A plain String is stored under a key that AWS owns and read by whoever may read parameters; the key policy has no say.",
		Fix:      "Set type = SecureString.",
		Severity: Error,
		Types:    []string{"aws_ssm_parameter"},
		Check: func(_ *Context, r Resource) []Result {
			return wantText(r.Get("type"), "type", "SecureString")
		},
	}
}
