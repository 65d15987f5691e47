package validation

func netRoute() Rule {
	return Rule{
		ID:       "FO-NET-006",
		Title:    "Networks have no route to the internet",
		Why:      "The functions in the network see every tenant's documents and call AWS services only: with a default route, one forged request in their code is a way out.",
		Fix:      "Give the AWS service an aws_vpc_endpoint instead of a route for 0.0.0.0/0 or ::/0.",
		Severity: Error,
		Types:    []string{"aws_route", "aws_route_table", "aws_default_route_table"},
		Check: func(_ *Context, r Resource) []Result {
			if r.Type == "aws_route" {
				return worst(
					compliant(),
					narrow(r.Get("destination_cidr_block"), "destination_cidr_block"),
					narrow(r.Get("destination_ipv6_cidr_block"), "destination_ipv6_cidr_block"),
				)
			}
			routes, known := r.Get("route").Blocks()
			if !known {
				return unknown("route can't be read")
			}
			result := compliant()
			for _, route := range routes {
				result = worst(result, narrow(route.Get("cidr_block"), "route.cidr_block"), narrow(route.Get("ipv6_cidr_block"), "route.ipv6_cidr_block"))
			}
			return result
		},
	}
}
