package validation

func logSearchSlow() Rule {
	return Rule{
		ID:       "FO-LOG-012",
		Title:    "Search domains publish slow and error logs",
		Why:      "Without them a slow answer is a guess between the index, the query and the domain, and a failed shard is silent.",
		Fix:      "Add log_publishing_options for ES_APPLICATION_LOGS, INDEX_SLOW_LOGS and SEARCH_SLOW_LOGS.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: func(_ *Context, r Resource) []Result {
			result := notApplicable()
			for _, kind := range []string{"ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"} {
				result = worst(result, publishes(r, kind))
			}
			return result
		},
	}
}
