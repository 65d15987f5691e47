package validation

func logFirewall() Rule {
	return Rule{
		ID:       "FO-LOG-013",
		Title:    "Web ACLs log",
		Why:      "Without the log nobody can tell an attack from a customer whom a rule refuses by mistake.",
		Fix:      "Add an aws_wafv2_web_acl_logging_configuration with the ACL as resource_arn and a log_destination_configs.",
		Severity: Error,
		Types:    []string{"aws_wafv2_web_acl"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_wafv2_web_acl_logging_configuration", "resource_arn", func(logging Resource) []Result {
				return wantPresent(logging, "log_destination_configs")
			})
		},
	}
}
