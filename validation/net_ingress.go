package validation

func netIngress() Rule {
	return Rule{
		ID:       "FO-NET-002",
		Title:    "Security groups let nobody in from the whole internet",
		Why:      "Whatever listens behind an open port is found by scanners within minutes; the platform's entrances are its two APIs.",
		Fix:      "Name the group that may call in referenced_security_group_id, or a narrow range.",
		Severity: Error,
		Types: []string{
			"aws_default_security_group",
			"aws_security_group",
			"aws_security_group_rule",
			"aws_vpc_security_group_ingress_rule",
		},
		Check: func(_ *Context, r Resource) []Result { return wantNarrow(r, "ingress") },
	}
}
