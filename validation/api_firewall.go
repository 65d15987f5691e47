package validation

func apiFirewall() Rule {
	return Rule{
		ID:       "FO-API-009",
		Title:    "REST stages of protected environments stand behind a web ACL",
		Why:      "Throttling counts requests; a web ACL refuses known attackers and one address that floods, before any of them is counted against a tenant.",
		Fix:      "Add an aws_wafv2_web_acl_association with the stage as resource_arn.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_stage"},
		Check: func(ctx *Context, r Resource) []Result {
			if !ctx.Options.Protected {
				return notApplicable()
			}
			return eachNeighbour(ctx, r, "aws_wafv2_web_acl_association", "resource_arn", func(association Resource) []Result {
				return wantPresent(association, "web_acl_arn")
			})
		},
	}
}
