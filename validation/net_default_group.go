package validation

func netDefaultGroup() Rule {
	return Rule{
		ID:       "FO-NET-004",
		Title:    "The default security group of every network is closed",
		Why:      "What is put into a network without naming a group gets this one, which AWS makes with a way out to everywhere.",
		Fix:      "Add an aws_default_security_group for the vpc_id, without ingress and egress.",
		Severity: Error,
		Types:    []string{"aws_vpc"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_default_security_group", "vpc_id", func(group Resource) []Result {
				return worst(wantNoBlock(group, "ingress"), wantNoBlock(group, "egress"))
			})
		},
	}
}

// wantNoBlock judges a block that must not be written.
func wantNoBlock(r Resource, name string) []Result {
	blocks, known := r.Get(name).Blocks()
	switch {
	case !known:
		return unknown("%s of %s can't be read", name, r.Address())
	case len(blocks) > 0:
		return nonCompliant("%s of %s is written", name, r.Address())
	}
	return compliant()
}
