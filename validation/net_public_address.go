package validation

func netPublicAddress() Rule {
	return Rule{
		ID:       "FO-NET-005",
		Title:    "Subnets give out no public addresses",
		Why:      "A public address puts whatever starts in the subnet on the internet, kept off it by its security group alone.",
		Fix:      "Leave map_public_ip_on_launch false.",
		Severity: Error,
		Types:    []string{"aws_subnet"},
		Check: func(_ *Context, r Resource) []Result {
			return worst(wantFalse(r, "map_public_ip_on_launch"), wantFalse(r, "map_customer_owned_ip_on_launch"))
		},
	}
}
