package validation

func kmsEventArchive() Rule {
	return Rule{
		ID:    "FO-KMS-012",
		Title: "Event archives encrypt with a customer-managed key",
		Why:   "An archive keeps a copy of every event; under the default it stays readable after the bus's key is revoked.",
		// The argument came with pull request 43139 of terraform-provider-aws,
		// after 5.100, the last of the 5 series.
		Fix:      "Set kms_key_identifier to the platform key. AWS provider 5 has no such argument: until version 6, keep retention_days short and say so in a suppression.",
		Severity: Warning,
		Types:    []string{"aws_cloudwatch_event_archive"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_identifier")
		},
	}
}
