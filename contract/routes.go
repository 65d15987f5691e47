package contract

import (
	"embed"
	"slices"
)

// Route is one method of the REST API. The table of routes drives the API
// stack, the handlers' dispatch and the documentation.
type Route struct {
	Method   string
	Path     string // API Gateway's form: path parameters as "{id}"
	Function Function
	Roles    []Role
	Body     string   // name of the request model; empty for no body
	Query    []string // optional query parameters
	// Idempotent marks writes that take an Idempotency-Key header.
	Idempotent bool
}

// NeedsKey reports whether callers send their tenant's API key, by which a
// usage plan throttles them. Routes that operators may call take none:
// operators belong to no tenant, and the stage's throttling covers them.
func (r Route) NeedsKey() bool { return !slices.Contains(r.Roles, RoleOperator) }

// Header names.
const (
	HeaderIdempotencyKey = "Idempotency-Key"
	HeaderAPIKey         = "X-Api-Key"
	HeaderRequestID      = "X-Request-Id" // of every answer; support finds it in the logs
)

// MediaTypeProblem is the media type of every error (RFC 9457).
const MediaTypeProblem = "application/problem+json"

var people = []Role{RoleAdmin, RoleAgent}

// Routes is the REST API.
func Routes() []Route {
	page := []string{"limit", "cursor"}
	return []Route{
		{Method: "POST", Path: "/chat", Function: AgentInvoke, Roles: people, Body: "ChatRequest", Idempotent: true},
		{Method: "GET", Path: "/conversations", Function: Records, Roles: people, Query: append([]string{"ticketId"}, page...)},
		{Method: "GET", Path: "/conversations/{id}", Function: Records, Roles: people, Query: page},
		{Method: "GET", Path: "/tickets", Function: Records, Roles: people, Query: append([]string{"status"}, page...)},
		{Method: "POST", Path: "/tickets", Function: Records, Roles: people, Body: "TicketCreate", Idempotent: true},
		{Method: "GET", Path: "/tickets/{id}", Function: Records, Roles: people},
		{Method: "PATCH", Path: "/tickets/{id}", Function: Records, Roles: people, Body: "TicketUpdate", Idempotent: true},
		{Method: "GET", Path: "/documents", Function: Records, Roles: people, Query: append([]string{"status"}, page...)},
		{Method: "POST", Path: "/documents", Function: Records, Roles: people, Body: "DocumentCreate", Idempotent: true},
		{Method: "GET", Path: "/documents/{id}", Function: Records, Roles: people},
		{Method: "DELETE", Path: "/documents/{id}", Function: Records, Roles: people},
		{Method: "PUT", Path: "/documents/{id}/approval", Function: Records, Roles: []Role{RoleAdmin}, Body: "DocumentApproval", Idempotent: true},
		{Method: "POST", Path: "/actions/{type}", Function: SafeActions, Roles: people, Body: "ActionRequest", Idempotent: true},
		{Method: "POST", Path: "/agents", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Body: "AgentCreate", Idempotent: true},
		{Method: "GET", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator, RoleAdmin}, Query: []string{"verify"}},
		{Method: "PUT", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Body: "AgentUpdate", Idempotent: true},
		{Method: "DELETE", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Query: []string{"data"}},
	}
}

//go:embed models/*.json
var models embed.FS

// Model returns the request model's JSON Schema (draft 4, which API Gateway
// validates with); it fails for an unknown name.
func Model(name string) ([]byte, error) { return models.ReadFile("models/" + name + ".json") }

// WebSocketRoute is a route key of the WebSocket API.
type WebSocketRoute string

// The routes of the WebSocket API.
const (
	RouteConnect    WebSocketRoute = "$connect"
	RouteDisconnect WebSocketRoute = "$disconnect"
	RouteChat       WebSocketRoute = "chat"
	RouteStatus     WebSocketRoute = "status"
	RouteDefault    WebSocketRoute = "$default"
)

// WebSocketRoutes are all routes of the WebSocket API.
func WebSocketRoutes() []WebSocketRoute {
	return []WebSocketRoute{RouteConnect, RouteDisconnect, RouteChat, RouteStatus, RouteDefault}
}

// WebSocketProtocol is the subprotocol of the WebSocket API. A browser can put
// its ID token nowhere else in the handshake, so a client offers this and its
// token, in this order, and the answer to $connect names this one.
const WebSocketProtocol = "flowops"

// Keys under which the WebSocket authorizer hands on what it verified, to the
// routes and, for the tenant, to the access log. The values are text: API
// Gateway takes nothing nested.
const (
	AuthorizerTenant  = "tenantId"
	AuthorizerSubject = "subject"     // the person's id in the user pool
	AuthorizerGroups  = "groups"      // roles, in the order of Roles, with "," between them
	AuthorizerExpiry  = "tokenExpiry" // when the token expires: Unix time in seconds, decimal
)

// RouteSelection picks the route of a WebSocket message by its action.
const RouteSelection = "$request.body.action"
