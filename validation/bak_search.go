package validation

func bakSearch() Rule {
	return Rule{
		ID:       "FO-BAK-006",
		Title:    "Search domains of protected environments survive a zone",
		Why:      "In one zone, its failure takes the index, and every chat with it, until the index is built anew from S3.",
		Fix:      "Set cluster_config with zone_awareness_enabled = true and an instance for each zone.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: protected(func(r Resource) []Result {
			return wantTrue(r, "cluster_config", "zone_awareness_enabled")
		}),
	}
}
