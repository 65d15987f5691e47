package validation

func tlsSubscription() Rule {
	return Rule{
		ID:       "FO-TLS-007",
		Title:    "Topics deliver to no plain HTTP endpoint",
		Why:      "A subscription by HTTP sends every alert in clear over the internet.",
		Fix:      "Use protocol https, or another.",
		Severity: Error,
		Types:    []string{"aws_sns_topic_subscription"},
		Check: func(_ *Context, r Resource) []Result {
			protocol, known := r.Get("protocol").Text()
			switch {
			case !known:
				return unknown("protocol is %s", r.Get("protocol"))
			case protocol == "http":
				return nonCompliant("protocol is \"http\"")
			}
			return compliant()
		},
	}
}
