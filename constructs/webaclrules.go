package constructs

// WebACLRule is a rule of a web ACL: a group that AWS manages, or a limit on
// requests from one address.
type WebACLRule struct {
	Name     string
	Group    string   // name of the managed group; empty for the limit
	Count    []string // rules of the group that only count what they match
	PerIP    int      // requests in five minutes
	Priority int
}

// WebACLRules are the rules of an API, in the order in which WAF asks them.
func WebACLRules(ratePerIP int) []WebACLRule {
	return []WebACLRule{
		{Name: "rate-per-ip", PerIP: ratePerIP, Priority: 0},
		{Name: "ip-reputation", Group: "AWSManagedRulesAmazonIpReputationList", Priority: 1},
		{Name: "known-bad-inputs", Group: "AWSManagedRulesKnownBadInputsRuleSet", Priority: 2},
		// SizeRestrictions_BODY refuses bodies above 8 KB. A chat message or a
		// ticket's description may be longer (10,000 characters, each up to
		// 12 bytes as JSON escapes), and the request models bound both.
		// The rules against scripts and paths in a body would refuse support
		// tickets that quote HTML, logs or "../": bodies here are text that is
		// stored and shown as text, and reach no interpreter.
		{Name: "common", Group: "AWSManagedRulesCommonRuleSet", Priority: 3, Count: []string{
			"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY",
		}},
	}
}

// Statement is the rule's statement in Terraform's JSON; the provider's binding
// leaves it untyped, since statements nest.
func (r WebACLRule) Statement() map[string]any {
	if r.Group == "" {
		return map[string]any{"rate_based_statement": map[string]any{
			"limit": r.PerIP, "evaluation_window_sec": 300, "aggregate_key_type": "IP",
		}}
	}
	group := map[string]any{"vendor_name": "AWS", "name": r.Group}
	var overrides []map[string]any
	for _, name := range r.Count {
		overrides = append(overrides, map[string]any{"name": name, "action_to_use": map[string]any{"count": map[string]any{}}})
	}
	if len(overrides) > 0 {
		group["rule_action_override"] = overrides
	}
	return map[string]any{"managed_rule_group_statement": group}
}
