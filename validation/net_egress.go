package validation

func netEgress() Rule {
	return Rule{
		ID:       "FO-NET-003",
		Title:    "Security groups let nothing out to the whole internet",
		Why:      "A way out is how stolen data leaves; what the functions call are AWS services, which have endpoints in the network.",
		Fix:      "Name the endpoint's group or prefix list, or a narrow range.",
		Severity: Error,
		Types: []string{
			"aws_default_security_group",
			"aws_security_group",
			"aws_security_group_rule",
			"aws_vpc_security_group_egress_rule",
		},
		Check: func(_ *Context, r Resource) []Result { return wantNarrow(r, "egress") },
	}
}
