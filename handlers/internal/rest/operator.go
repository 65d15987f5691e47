package rest

import (
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// parameterTenant names the tenant that an operator's request is about: a path
// parameter or, on a route without it, a field of the body.
const parameterTenant = "tenantId"

// Operators' routes are apart: the tenant is the one that the request names, and
// there is no API key. A person of a tenant who may use such a route too reaches
// her own tenant alone; another one is to her as one that does not exist.

// forOperators reports whether operators may use the route.
func forOperators(route contract.Route) bool { return !route.NeedsKey() }

// caller is who sends a request on an operators' route: an operator, or a person
// of a tenant.
type caller struct {
	operator tenant.Operator
	person   tenant.Identity // its zero value where an operator asks
}

// whoAsks lets an operator pass, or a person of a tenant with one of the route's
// other roles. Who is in the operators' group and has a tenant is neither.
func whoAsks(route contract.Route, event events.APIGatewayProxyRequest) (caller, error) {
	if tenant.SaysOperator(event.RequestContext) {
		operator, err := tenant.OperatorFromREST(event.RequestContext)
		return caller{operator: operator}, err
	}
	person, err := tenant.FromREST(event.RequestContext)
	if err != nil {
		return caller{}, err
	}
	if !person.HasRole(route.Roles...) {
		return caller{}, &Error{Status: http.StatusForbidden, Detail: "Your role does not allow this.", Security: contract.SecurityRoleRefused}
	}
	return caller{person: person}, nil
}

// identity is the caller's for the tenant that the request names.
func (c caller) identity(request Request) (tenant.Identity, error) {
	named := request.Params[parameterTenant]
	if named == "" {
		var body struct {
			TenantID string `json:"tenantId"`
		}
		if err := request.Decode(&body); err != nil {
			return tenant.Identity{}, err
		}
		named = body.TenantID
	}
	if !contract.ValidTenantID(named) {
		return tenant.Identity{}, store.ErrNotFound // of a path: models check bodies
	}
	if c.person.Tenant() == "" {
		return c.operator.For(named)
	}
	if c.person.Tenant() != named {
		return tenant.Identity{}, store.ErrNotFound
	}
	return c.person, nil
}
