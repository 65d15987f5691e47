package validation

import "net/netip"

// everywhere reports whether a text is a range of every address.
func everywhere(text string) bool {
	p, err := netip.ParsePrefix(text)
	return err == nil && p.Bits() == 0
}

// wantNarrow judges the address ranges of a security group's rules in one
// direction, "ingress" or "egress", or of a rule that is a resource of its own.
func wantNarrow(r Resource, direction string) []Result {
	switch r.Type {
	case "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule":
		return worst(compliant(), narrow(r.Get("cidr_ipv4"), "cidr_ipv4"), narrow(r.Get("cidr_ipv6"), "cidr_ipv6"))
	case "aws_security_group_rule":
		kind, known := r.Get("type").Text()
		switch {
		case !known:
			return unknown("type is %s", r.Get("type"))
		case kind != direction:
			return notApplicable()
		}
		return narrowBlock(newValue(r.Attributes))
	}
	blocks, known := r.Get(direction).Blocks()
	if !known {
		return unknown("%s can't be read", direction)
	}
	result := compliant()
	for _, block := range blocks {
		result = worst(result, narrowBlock(block))
	}
	return result
}

// narrowBlock judges the lists of ranges in a rule.
func narrowBlock(block Value) []Result {
	result := compliant()
	for _, name := range []string{"cidr_blocks", "ipv6_cidr_blocks"} {
		ranges, known := block.Get(name).Blocks()
		if !known {
			result = worst(result, unknown("%s is %s", name, block.Get(name)))
		}
		for _, one := range ranges {
			result = worst(result, narrow(one, name))
		}
	}
	return result
}

func narrow(v Value, name string) []Result {
	text, known := v.Text()
	switch {
	case !known:
		return unknown("%s is %s", name, v)
	case everywhere(text):
		return nonCompliant("%s is %s, which is every address", name, v)
	}
	return compliant()
}
