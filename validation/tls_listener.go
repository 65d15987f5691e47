package validation

func tlsListener() Rule {
	return Rule{
		ID:       "FO-TLS-008",
		Title:    "Load balancers listen with TLS",
		Why:      "A plain listener takes requests, with their tokens, in clear.",
		Fix:      "Use protocol HTTPS or TLS, or let the HTTP listener do nothing but redirect to HTTPS.",
		Severity: Error,
		Types:    []string{"aws_alb_listener", "aws_lb_listener"},
		Check: func(_ *Context, r Resource) []Result {
			protocol := wantText(r.Get("protocol"), "protocol", "HTTPS", "TLS")
			redirect, _ := r.Get("default_action", "redirect", "protocol").Text()
			if verdictOf(protocol) == NonCompliant && redirect == "HTTPS" {
				return compliant()
			}
			return protocol
		},
	}
}
