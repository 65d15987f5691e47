package validation

func netCases() []ruleCase {
	var cases []ruleCase
	one := func(rule, name, typ string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{rule, name, doc{typ + ".x": attributes}, want, Options{}})
	}
	const group, in, out, rule = "aws_security_group", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_security_group_rule"
	one("FO-NET-001", "described", group, attrs{"description": "The search domain"}, Compliant)
	one("FO-NET-001", "rule", in, attrs{"description": "HTTPS from functions"}, Compliant)
	one("FO-NET-001", "nothing", out, attrs{}, NonCompliant)
	one("FO-NET-001", "the provider's default", group, attrs{"description": "Managed by Terraform"}, NonCompliant)
	one("FO-NET-001", "rule within", group, attrs{"description": "d", "ingress": []any{attrs{"from_port": 443}}}, NonCompliant)
	one("FO-NET-001", "described within", group, attrs{"description": "d", "egress": []any{attrs{"description": "HTTPS"}}}, Compliant)
	one("FO-NET-001", "variable", group, attrs{"description": "d", "ingress": "${var.i}"}, Unknown)

	for id, at := range map[string]struct{ typ, other, block, kind, wrong string }{
		"FO-NET-002": {in, "aws_default_security_group", "ingress", "ingress", "egress"},
		"FO-NET-003": {out, "aws_default_security_group", "egress", "egress", "ingress"},
	} {
		block := func(ranges any) attrs { return attrs{at.block: []any{attrs{"cidr_blocks": ranges}}} }
		one(id, "a group", at.typ, attrs{"referenced_security_group_id": "${aws_security_group.g.id}"}, Compliant)
		one(id, "a range", at.typ, attrs{"cidr_ipv4": "10.0.0.0/8"}, Compliant)
		one(id, "everything", at.typ, attrs{"cidr_ipv4": "0.0.0.0/0"}, NonCompliant)
		one(id, "everything of version 6", at.typ, attrs{"cidr_ipv6": "::/0"}, NonCompliant)
		one(id, "everything, written otherwise", at.typ, attrs{"cidr_ipv6": "0:0:0:0:0:0:0:0/0"}, NonCompliant)
		one(id, "variable", at.typ, attrs{"cidr_ipv4": "${var.c}"}, Unknown)
		one(id, "no rule", at.other, attrs{}, Compliant)
		one(id, "within", group, block([]any{"10.0.0.0/8"}), Compliant)
		one(id, "everything within", group, block([]any{"10.0.0.0/8", "0.0.0.0/0"}), NonCompliant)
		one(id, "variables within", group, block("${var.c}"), Unknown)
		one(id, "rule by itself", rule, attrs{"type": at.kind, "ipv6_cidr_blocks": []any{"::/0"}}, NonCompliant)
		one(id, "rule of the other direction", rule, attrs{"type": at.wrong, "cidr_blocks": []any{"0.0.0.0/0"}}, NotApplicable)
		one(id, "rule of any direction", rule, attrs{"type": "${var.t}"}, Unknown)
		one(id, "blocks by variable", group, attrs{at.block: "${var.b}"}, Unknown)
	}

	closed := func(name string, attributes attrs, want Verdict) {
		cases = append(cases, ruleCase{"FO-NET-004", name, doc{"aws_vpc.x": {}, "aws_default_security_group.g": attributes}, want, Options{}})
	}
	closed("closed", attrs{"vpc_id": "${aws_vpc.x.id}"}, Compliant)
	closed("another's", attrs{"vpc_id": "${aws_vpc.y.id}"}, NonCompliant)
	closed("a way out", attrs{"vpc_id": "${aws_vpc.x.id}", "egress": attrs{"protocol": "-1"}}, NonCompliant)
	closed("variable", attrs{"vpc_id": "${aws_vpc.x.id}", "ingress": "${var.i}"}, Unknown)

	one("FO-NET-005", "private", "aws_subnet", attrs{}, Compliant)
	one("FO-NET-005", "public", "aws_subnet", attrs{"map_public_ip_on_launch": true}, NonCompliant)
	one("FO-NET-005", "variable", "aws_subnet", attrs{"map_public_ip_on_launch": "${var.p}"}, Unknown)

	routes := func(list ...any) attrs { return attrs{"route": list} }
	one("FO-NET-006", "no route", "aws_route_table", attrs{}, Compliant)
	one("FO-NET-006", "peer", "aws_route_table", routes(attrs{"cidr_block": "10.1.0.0/16"}), Compliant)
	one("FO-NET-006", "internet", "aws_route_table", routes(attrs{"cidr_block": "10.1.0.0/16"}, attrs{"cidr_block": "0.0.0.0/0"}), NonCompliant)
	one("FO-NET-006", "internet of version 6", "aws_route", attrs{"destination_ipv6_cidr_block": "::/0"}, NonCompliant)
	one("FO-NET-006", "route to an endpoint", "aws_route", attrs{"destination_prefix_list_id": "pl-1"}, Compliant)
	one("FO-NET-006", "variable", "aws_route", attrs{"destination_cidr_block": "${var.r}"}, Unknown)
	one("FO-NET-006", "routes by variable", "aws_route_table", attrs{"route": "${var.r}"}, Unknown)

	search := func(name string, protected bool, options any, want Verdict) {
		cases = append(cases, ruleCase{"FO-NET-007", name, doc{"aws_opensearch_domain.x": {"vpc_options": options}}, want, Options{Protected: protected}})
	}
	inside := attrs{"subnet_ids": []any{"${aws_subnet.a.id}"}, "security_group_ids": []any{"${aws_security_group.g.id}"}}
	search("inside", true, inside, Compliant)
	search("outside", true, nil, NonCompliant)
	search("in the default group", true, with(inside, attrs{"security_group_ids": nil}), NonCompliant)
	search("not wanted", false, nil, NotApplicable)
	search("variable", true, []any{inside, inside}, Unknown)
	return cases
}
