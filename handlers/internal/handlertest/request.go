package handlertest

import (
	"cmp"
	"maps"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
)

// Request is a REST request as API Gateway hands it on, with the claims of a
// verified token.
type Request struct {
	Tenant           string // empty: acme
	Groups           string // empty: agent
	Person           string // empty: the tenant's one
	Method, Resource string
	Path, Query      map[string]string
	Body             string
	Key              string            // Idempotency-Key
	Headers          map[string]string // beside Origin, Content-Type and Idempotency-Key
	NoAPIKey         bool
}

// Event is the request's event.
func (r Request) Event() events.APIGatewayProxyRequest {
	tenant := cmp.Or(r.Tenant, "acme")
	headers := map[string]string{"Origin": Origin}
	if r.Body != "" {
		headers["content-type"] = "application/json; charset=utf-8"
	}
	if r.Key != "" {
		headers["idempotency-key"] = r.Key
	}
	maps.Copy(headers, r.Headers)
	event := events.APIGatewayProxyRequest{
		HTTPMethod: r.Method, Resource: r.Resource, Headers: headers, PathParameters: r.Path, QueryStringParameters: r.Query, Body: r.Body,
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: "request-1",
			Authorizer: map[string]any{"claims": map[string]any{
				contract.SubjectClaim: cmp.Or(r.Person, "person-of-"+tenant), contract.TenantClaim: tenant,
				contract.GroupsClaim: cmp.Or(r.Groups, string(contract.RoleAgent)), "token_use": "id", "email": "jane@example.com",
			}},
		},
	}
	if !r.NoAPIKey {
		event.RequestContext.Identity.APIKeyID = "key-of-" + tenant
	}
	return event
}
