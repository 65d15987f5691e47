package validation

import "fmt"

func apiErrors() Rule {
	return Rule{
		ID:       "FO-API-005",
		Title:    "REST APIs send CORS headers with errors",
		Why:      "Without them a browser hides the gateway's own errors from the web client, which then can't tell an expired token from an outage.",
		Fix:      "Add an aws_api_gateway_gateway_response for DEFAULT_4XX and DEFAULT_5XX with gatewayresponse.header.Access-Control-Allow-Origin.",
		Severity: Error,
		Types:    []string{"aws_api_gateway_rest_api"},
		Check: func(ctx *Context, r Resource) []Result {
			found, complete := ctx.Stack.Neighbours(r, "aws_api_gateway_gateway_response", "rest_api_id")
			result := compliant()
			for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
				if hasCORS(found, kind) {
					continue
				}
				reason := fmt.Sprintf("no aws_api_gateway_gateway_response sends Access-Control-Allow-Origin with %s", kind)
				if complete {
					return nonCompliant("%s", reason)
				}
				result = unknown("%s that can be read", reason)
			}
			return result
		},
	}
}

func hasCORS(responses []Resource, kind string) bool {
	for _, response := range responses {
		own, _ := response.Get("response_type").Text()
		headers, _ := response.Get("response_parameters").Map()
		if _, ok := headers["gatewayresponse.header.Access-Control-Allow-Origin"]; ok && own == kind {
			return true
		}
	}
	return false
}
