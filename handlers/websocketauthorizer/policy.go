package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/idtoken"
)

// policyVersion is the version of IAM's policy language.
const policyVersion = "2012-10-17"

// nobody is the principal of a refused client. API Gateway wants one.
const nobody = "refused"

// allow lets who invoke the method, and hands on what later messages need: a
// WebSocket API asks its authorizer at $connect only.
func allow(method string, who idtoken.Identity) events.APIGatewayCustomAuthorizerResponse {
	groups := make([]string, len(who.Groups))
	for i, g := range who.Groups {
		groups[i] = string(g)
	}
	response := answer("Allow", method, who.Subject)
	response.Context = map[string]any{
		contract.AuthorizerTenant:  who.Tenant,
		contract.AuthorizerSubject: who.Subject,
		contract.AuthorizerGroups:  strings.Join(groups, ","),
		contract.AuthorizerExpiry:  strconv.FormatInt(who.Expiry.Unix(), 10),
	}
	return response
}

func deny(method string) events.APIGatewayCustomAuthorizerResponse {
	return answer("Deny", method, nobody)
}

func answer(effect, method, principal string) events.APIGatewayCustomAuthorizerResponse {
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: principal,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version: policyVersion,
			Statement: []events.IAMPolicyStatement{{
				Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: []string{method},
			}},
		},
	}
}
