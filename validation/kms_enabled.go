package validation

func kmsEnabled() Rule {
	return Rule{
		ID:       "FO-KMS-019",
		Title:    "Keys are enabled",
		Why:      "Everything under a disabled key is unreadable, and what writes to it fails.",
		Fix:      "Leave is_enabled true.",
		Severity: Error,
		Types:    []string{"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"},
		Check: func(_ *Context, r Resource) []Result {
			name := "is_enabled"
			if r.Type != "aws_kms_key" {
				name = "enabled"
			}
			return wantDefaultTrue(r, name)
		},
	}
}
