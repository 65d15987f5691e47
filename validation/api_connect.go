package validation

func apiConnect() Rule {
	return Rule{
		ID:       "FO-API-004",
		Title:    "WebSocket connections are authorized",
		Why:      "A WebSocket API asks for authorization at $connect only: an open $connect opens every route.",
		Fix:      "Set authorization_type = CUSTOM and authorizer_id on the $connect route.",
		Severity: Error,
		Types:    []string{"aws_apigatewayv2_route"},
		Check: func(_ *Context, r Resource) []Result {
			key, known := r.Get("route_key").Text()
			switch {
			case !known:
				return unknown("route_key is %s", r.Get("route_key"))
			case key != "$connect":
				return notApplicable()
			}
			return worst(
				wantText(r.Get("authorization_type"), "authorization_type", "CUSTOM", "AWS_IAM", "JWT"),
				wantAuthorizer(r),
			)
		},
	}
}

// wantAuthorizer judges a route, of which only IAM needs no authorizer.
func wantAuthorizer(r Resource) []Result {
	if kind, _ := r.Get("authorization_type").Text(); kind == "AWS_IAM" {
		return compliant()
	}
	return wantPresent(r, "authorizer_id")
}
