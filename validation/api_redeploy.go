package validation

func apiRedeploy() Rule {
	return Rule{
		ID:       "FO-API-006",
		Title:    "A changed route redeploys the stage",
		Why:      "A deployment is a snapshot: without triggers Terraform changes the API, and the stage keeps serving the old one.",
		Fix:      "Set triggers on the deployment to a hash of the routes, and lifecycle.create_before_destroy = true.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_deployment", "aws_apigatewayv2_deployment"},
		Check: func(_ *Context, r Resource) []Result {
			triggers, known := r.Get("triggers").Map()
			if known && len(triggers) == 0 {
				return nonCompliant("triggers is absent")
			}
			return wantTrue(r, "lifecycle", "create_before_destroy")
		},
	}
}
