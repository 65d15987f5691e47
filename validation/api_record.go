package validation

func apiRecord() Rule {
	return Rule{
		ID:       "FO-API-012",
		Title:    "DNS records point at what the stack makes",
		Why:      "A name that outlives what it points at is taken over by whoever gets that address next, under the platform's domain.",
		Fix:      "Use an alias whose name refers to the domain name of the same stack.",
		Severity: Error,
		Types:    []string{"aws_route53_record"},
		Check: func(ctx *Context, r Resource) []Result {
			kind, known := r.Get("type").Text()
			switch {
			case !known:
				return unknown("type is %s", r.Get("type"))
			case kind != "A" && kind != "AAAA" && kind != "CNAME":
				return notApplicable()
			}
			alias := r.Get("alias", "name")
			if _, found := ctx.Stack.Resolve(alias); found {
				return compliant()
			}
			if _, known := alias.Text(); !known {
				return unknown("alias.name is %s, which is nothing of this stack", alias)
			}
			return nonCompliant("alias.name is %s, want a reference", alias)
		},
	}
}
