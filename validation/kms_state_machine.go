package validation

func kmsStateMachine() Rule {
	return Rule{
		ID:       "FO-KMS-010",
		Title:    "State machines encrypt with a customer-managed key",
		Why:      "The history of an execution keeps the input and output of every state for 90 days.",
		Fix:      "Set encryption_configuration with type CUSTOMER_MANAGED_KMS_KEY and kms_key_id to the platform key.",
		Severity: Error,
		Types:    []string{"aws_sfn_state_machine"},
		Check: func(ctx *Context, r Resource) []Result {
			return worst(
				wantText(r.Get("encryption_configuration", "type"), "encryption_configuration.type", "CUSTOMER_MANAGED_KMS_KEY"),
				wantCustomerKey(ctx, r, "encryption_configuration", "kms_key_id"),
			)
		},
	}
}
