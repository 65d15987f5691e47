package validation

func kmsSearch() Rule {
	return Rule{
		ID:       "FO-KMS-004",
		Title:    "Search domains encrypt at rest with a customer-managed key, and between their nodes",
		Why:      "The index holds the text of every tenant's documents; without node-to-node encryption it crosses the network in clear.",
		Fix:      "Set encrypt_at_rest with enabled = true and kms_key_id to the platform key, and node_to_node_encryption with enabled = true.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: func(ctx *Context, r Resource) []Result {
			return worst(
				wantTrue(r, "encrypt_at_rest", "enabled"),
				wantCustomerKey(ctx, r, "encrypt_at_rest", "kms_key_id"),
				wantTrue(r, "node_to_node_encryption", "enabled"),
			)
		},
	}
}
