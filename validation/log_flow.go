package validation

func logFlow() Rule {
	return Rule{
		ID:       "FO-LOG-009",
		Title:    "Networks have flow logs",
		Why:      "Without them nobody can tell afterwards what left the network, or tried to.",
		Fix:      "Add an aws_flow_log for the vpc_id.",
		Severity: Error,
		Types:    []string{"aws_vpc"},
		Check: func(ctx *Context, r Resource) []Result {
			return eachNeighbour(ctx, r, "aws_flow_log", "vpc_id", func(Resource) []Result { return compliant() })
		},
	}
}
