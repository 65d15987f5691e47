package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// opened are the tenants whose scopes were asked for.
type opened []string

func (o *opened) Scope(_ context.Context, i tenant.Identity) (tenant.Scope, error) {
	*o = append(*o, i.Tenant())
	return tenant.Scope{}, nil
}

// keys knows everybody's key.
type keys struct{}

func (keys) KeyID(context.Context, tenant.Scope) (string, error) { return "key", nil }

// apiOf serves all routes of a function; what is called is kept.
func apiOf(t *testing.T, fn contract.Function, scopes Scopes, log *bytes.Buffer, called *[]Request) *API {
	t.Helper()
	endpoints := map[string]Endpoint{}
	for _, r := range contract.Routes() {
		if r.Function.Name == fn.Name {
			endpoints[r.Method+" "+r.Path] = func(_ context.Context, r Request) (Answer, error) {
				*called = append(*called, r)
				return Answer{Status: 200}, nil
			}
		}
	}
	api, err := New(fn, endpoints, Options{
		Scopes: scopes, Keys: keys{}, Origins: cors.Parse("https://a.example"), Log: slog.New(slog.NewJSONHandler(log, nil)),
		Metrics: telemetry.NewMetrics(io.Discard, contract.MetricNamespace, fn.Name, "dev", slog.LevelError),
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func requestOf(route contract.Route, named string, claims map[string]any) events.APIGatewayProxyRequest {
	event := events.APIGatewayProxyRequest{
		HTTPMethod: route.Method, Resource: route.Path, PathParameters: map[string]string{}, Headers: map[string]string{"Content-Type": "application/json"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: "r", Authorizer: map[string]any{"claims": claims}, Identity: events.APIGatewayRequestIdentity{APIKeyID: "key"},
		},
	}
	switch {
	case strings.Contains(route.Path, "{tenantId}"):
		event.PathParameters["tenantId"] = named
	case strings.Contains(route.Path, "{"):
		event.PathParameters["id"], event.PathParameters["type"] = "1", "create_ticket"
	}
	switch route.Body {
	case "AgentCreate":
		event.Body = `{"tenantId":"` + named + `","name":"n","tier":"basic"}`
	case "AgentUpdate":
		event.Body = `{"version":1,"tier":"basic"}`
	case "ChatRequest":
		event.Body = `{"message":"hello"}`
	case "TicketCreate":
		event.Body = `{"subject":"s","description":"d","priority":"low"}`
	case "TicketUpdate":
		event.Body = `{"version":1,"status":"closed"}`
	case "DocumentApproval":
		event.Body = `{"version":1,"approve":true}`
	}
	return event
}

var operator = map[string]any{"sub": "olga", "cognito:groups": "operator", "token_use": "id"}

// On every route there is: an operator opens the tenant that she names where
// operators may, and none elsewhere, whatever the path or body says.
func TestOperatorsReachNoTenantRoute(t *testing.T) {
	for _, fn := range contract.Functions() {
		for _, route := range contract.Routes() {
			if route.Function.Name != fn.Name {
				continue
			}
			var scopes opened
			var called []Request
			var log bytes.Buffer
			response, err := apiOf(t, fn, &scopes, &log, &called).Handle(context.Background(), requestOf(route, "acme", operator))
			if err != nil {
				t.Fatal(err)
			}
			at := route.Method + " " + route.Path
			if forOperators(route) != strings.HasPrefix(route.Path, "/agents") {
				t.Errorf("%s is for operators: %v", at, forOperators(route))
			}
			if !forOperators(route) {
				if response.StatusCode != 403 || len(scopes) > 0 || len(called) > 0 {
					t.Errorf("%s: %d, opened %v", at, response.StatusCode, scopes)
				}
				continue
			}
			if response.StatusCode != 200 || len(scopes) != 1 || scopes[0] != "acme" || len(called) != 1 || called[0].Identity.Subject() != "olga" || !called[0].Identity.HasRole(contract.RoleOperator) {
				t.Errorf("%s: %d, opened %v: %s", at, response.StatusCode, scopes, response.Body)
			}
			if !strings.Contains(log.String(), `"tenant":"acme"`) {
				t.Errorf("%s: the log does not say whose it is: %s", at, log.String())
			}
		}
	}
}

// On operators' routes, nobody of a tenant reaches another tenant, and nobody but
// its admin that tenant, to look at it.
func TestTenantsPeopleOnOperatorsRoutes(t *testing.T) {
	person := func(of, groups string) map[string]any {
		return map[string]any{"sub": "p", "cognito:groups": groups, "custom:tenant_id": of, "token_use": "id"}
	}
	for name, tt := range map[string]struct {
		claims map[string]any
		named  string
		status int // of GET; everything else is 403
		event  string
	}{
		"her own":                   {person("acme", "admin"), "acme", 200, ""},
		"another's":                 {person("acme", "admin"), "acme2", 404, ""},
		"one that can't be":         {person("acme", "admin"), "acme#x", 404, ""},
		"none":                      {person("acme", "admin"), "", 0, ""},
		"an agent":                  {person("acme", "agent"), "acme", 403, contract.SecurityRoleRefused},
		"an operator with a tenant": {person("acme", "operator,admin"), "acme", 403, contract.SecurityIdentityRefused},
		"with no tenant":            {map[string]any{"sub": "p", "cognito:groups": "admin", "token_use": "id"}, "acme", 403, contract.SecurityIdentityRefused},
		"an access token":           {map[string]any{"sub": "p", "cognito:groups": "operator", "token_use": "access"}, "acme", 403, contract.SecurityIdentityRefused},
		"without claims":            {nil, "acme", 401, ""},
	} {
		for _, route := range contract.Routes() {
			if route.Function.Name != contract.AgentProvisioner.Name {
				continue
			}
			var scopes opened
			var called []Request
			var log bytes.Buffer
			response, err := apiOf(t, contract.AgentProvisioner, &scopes, &log, &called).Handle(context.Background(), requestOf(route, tt.named, tt.claims))
			if err != nil {
				t.Fatal(err)
			}
			want := tt.status
			if route.Method != "GET" && want != 401 {
				want = 403
			}
			if want == 0 { // no id in the path: the body has none either
				want = 400
			}
			if response.StatusCode != want || (len(called) > 0) != (want == 200) || (len(scopes) > 0) != (want == 200) {
				t.Errorf("%s: %s %s: %d, want %d; opened %v", name, route.Method, route.Path, response.StatusCode, want, scopes)
			}
			if tt.event != "" && !strings.Contains(log.String(), tt.event) {
				t.Errorf("%s: no security event: %s", name, log.String())
			}
		}
	}
}

// An operator's idempotency key is hers.
func TestOperatorsKeyIsHers(t *testing.T) {
	var scopes opened
	var called []Request
	var log bytes.Buffer
	route := contract.Routes()[len(contract.Routes())-4]
	event := requestOf(route, "acme", operator)
	event.Headers[contract.HeaderIdempotencyKey] = "k1"
	response, err := apiOf(t, contract.AgentProvisioner, &scopes, &log, &called).Handle(context.Background(), event)
	if err != nil || response.StatusCode != 200 || called[0].Write.Subject != "olga" || called[0].Write.Key != "k1" {
		t.Errorf("%v, %d, %+v", err, response.StatusCode, called)
	}
}

// Where the scope can't be opened nothing is called.
type closed struct{}

func (closed) Scope(context.Context, tenant.Identity) (tenant.Scope, error) {
	return tenant.Scope{}, errors.New("no")
}

func TestOperatorsScopeFailsClosed(t *testing.T) {
	var called []Request
	var log bytes.Buffer
	for _, route := range contract.Routes() {
		if route.Function.Name != contract.AgentProvisioner.Name {
			continue
		}
		response, err := apiOf(t, contract.AgentProvisioner, closed{}, &log, &called).Handle(context.Background(), requestOf(route, "acme", operator))
		if err != nil || response.StatusCode != 500 || len(called) > 0 {
			t.Errorf("%v, %d", err, response.StatusCode)
		}
	}
}
