package validation

func apiBadInputs() Rule {
	return Rule{
		ID:       "FO-API-010",
		Title:    "Web ACLs block known bad inputs",
		Why:      "AWS adds a rule to this group within hours of a new exploit that any request can carry, such as Log4Shell.",
		Fix:      "Add a rule with managed_rule_group_statement of AWSManagedRulesKnownBadInputsRuleSet and override_action none.",
		Severity: Error,
		Types:    []string{"aws_wafv2_web_acl"},
		Check: func(_ *Context, r Resource) []Result {
			const group = "AWSManagedRulesKnownBadInputsRuleSet"
			rules, known := r.Get("rule").Blocks()
			for _, rule := range rules {
				name, nameKnown := rule.Get("statement", "managed_rule_group_statement", "name").Text()
				if name == group {
					return judgeManagedGroup(rule)
				}
				known = known && nameKnown
			}
			if !known {
				return unknown("rule can't be read")
			}
			return nonCompliant("no rule uses %s", group)
		},
	}
}

// judgeManagedGroup judges whether a group of managed rules blocks as it is.
func judgeManagedGroup(rule Value) []Result {
	if count := rule.Get("override_action", "count"); !count.Absent() {
		return nonCompliant("override_action is count, which lets everything pass")
	}
	overrides, known := rule.Get("statement", "managed_rule_group_statement", "rule_action_override").Blocks()
	switch {
	case !known:
		return unknown("rule_action_override can't be read")
	case len(overrides) > 0:
		return nonCompliant("rule_action_override weakens %d of its rules", len(overrides))
	}
	return compliant()
}
