package validation

func apiAuthorizer() Rule {
	return Rule{
		ID:       "FO-API-001",
		Title:    "REST methods are authorized by the user pool's ID token",
		Why:      "A method without an authorizer is public. With scopes the authorizer takes the access token, which carries no tenant claim.",
		Fix:      "Set authorization = COGNITO_USER_POOLS and authorizer_id, and no authorization_scopes. Only OPTIONS, the CORS preflight, stays open.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_method"},
		Check: func(_ *Context, r Resource) []Result {
			if preflight(r) {
				return notApplicable()
			}
			if scopes := r.Get("authorization_scopes"); !scopes.Absent() && verdictOf(wantPresent(r, "authorization_scopes")) == Compliant {
				return nonCompliant("authorization_scopes is set")
			}
			return worst(
				wantText(r.Get("authorization"), "authorization", "COGNITO_USER_POOLS"),
				wantPresent(r, "authorizer_id"),
			)
		},
	}
}

// preflight reports whether a REST method answers CORS preflight requests,
// which carry no token.
func preflight(r Resource) bool {
	method, _ := r.Get("http_method").Text()
	return method == "OPTIONS"
}
