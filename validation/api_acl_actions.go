package validation

func apiACLActions() Rule {
	return Rule{
		ID:       "FO-API-011",
		Title:    "Web ACLs have rules, and each says what it does",
		Why:      "An ACL without rules lets everything through and looks as if it didn't; WAF refuses a rule without an action at deploy.",
		Fix:      "Give each rule an action, or an override_action where it is a group.",
		Severity: Error,
		Types:    []string{"aws_wafv2_web_acl"},
		Check: func(_ *Context, r Resource) []Result {
			rules, known := r.Get("rule").Blocks()
			switch {
			case !known:
				return unknown("rule can't be read")
			case len(rules) == 0:
				return nonCompliant("it has no rule")
			}
			for _, rule := range rules {
				own, ownKnown := rule.Get("action").Map()
				group, groupKnown := rule.Get("override_action").Map()
				switch {
				case len(own)+len(group) > 0:
				case !ownKnown || !groupKnown:
					return unknown("the action of rule %s can't be read", rule.Get("name"))
				default:
					return nonCompliant("rule %s has neither action nor override_action", rule.Get("name"))
				}
			}
			return compliant()
		},
	}
}
