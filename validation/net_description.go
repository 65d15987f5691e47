package validation

func netDescription() Rule {
	return Rule{
		ID:       "FO-NET-001",
		Title:    "Security groups and their rules say what they are for",
		Why:      "A rule that nobody can explain is a rule that nobody dares to remove.",
		Fix:      "Set description on the group and on each rule.",
		Severity: Error,
		Types: []string{
			"aws_security_group",
			"aws_security_group_rule",
			"aws_vpc_security_group_egress_rule",
			"aws_vpc_security_group_ingress_rule",
		},
		Check: func(_ *Context, r Resource) []Result {
			result := wantPresent(r, "description")
			if text, _ := r.Get("description").Text(); text == "Managed by Terraform" { // the provider's default
				result = nonCompliant("description is %q, which says nothing", text)
			}
			for _, direction := range []string{"ingress", "egress"} {
				blocks, known := r.Get(direction).Blocks()
				if !known {
					result = worst(result, unknown("%s can't be read", direction))
				}
				for _, block := range blocks {
					if text, known := block.Get("description").Text(); known && text == "" {
						result = worst(result, nonCompliant("a rule in %s has no description", direction))
					}
				}
			}
			return result
		},
	}
}
