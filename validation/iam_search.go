package validation

func iamSearch() Rule {
	return Rule{
		ID:       "FO-IAM-018",
		Title:    "Search domains control access by role, with no users of their own",
		Why:      "Without fine-grained access control whoever reaches the domain reads every index; a user database of its own is one more place with passwords.",
		Fix:      "Set advanced_security_options with enabled = true, leave anonymous_auth_enabled and internal_user_database_enabled false and name a role in master_user_options.master_user_arn.",
		Severity: Error,
		Types:    []string{"aws_opensearch_domain", "aws_elasticsearch_domain"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(
				wantTrue(r, "advanced_security_options", "enabled"),
				wantFalse(r, "advanced_security_options", "anonymous_auth_enabled"),
				wantFalse(r, "advanced_security_options", "internal_user_database_enabled"),
				wantPresent(r, "advanced_security_options", "master_user_options", "master_user_arn"),
			)
		},
	}
}
