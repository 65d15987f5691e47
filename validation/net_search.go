package validation

func netSearch() Rule {
	return Rule{
		ID:       "FO-NET-007",
		Title:    "Search domains of protected environments stand in a network",
		Why:      "Outside one, the domain's endpoint answers the internet, and only its access policy stands before every tenant's text.",
		Fix:      "Set vpc_options with subnet_ids and security_group_ids.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: protected(func(r Resource) []Result {
			return worst(wantPresent(r, "vpc_options", "subnet_ids"), wantPresent(r, "vpc_options", "security_group_ids"))
		}),
	}
}
