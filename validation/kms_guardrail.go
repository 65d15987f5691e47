package validation

func kmsGuardrail() Rule {
	return Rule{
		ID:       "FO-KMS-014",
		Title:    "Guardrails encrypt with a customer-managed key",
		Why:      "A guardrail holds the competitor names, topics and patterns that the platform refuses.",
		Fix:      "Set kms_key_arn to the platform key.",
		Severity: Error,
		Types:    []string{"aws_bedrock_guardrail"},
		Check: func(ctx *Context, r Resource) []Result {
			return wantCustomerKey(ctx, r, "kms_key_arn")
		},
	}
}
