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
	// Values are what a parameter of path or query may be. One that is not in it
	// may be any text of 1 to MaxParameter bytes, but for those of a page.
	Values  map[string][]string
	Name    string   // of the operation, as clients' code calls it
	Summary string   // what it does, in a sentence
	Answers []Answer // what it answers where it does that
	// Problems are the statuses of errors that it has beside those of every route
	// like it: see Errors.
	Problems []int
}

// NeedsKey reports whether callers send their tenant's API key, by which a
// usage plan throttles them. Routes that operators may call take none:
// operators belong to no tenant, and the stage's throttling covers them.
func (r Route) NeedsKey() bool { return !slices.Contains(r.Roles, RoleOperator) }

var people = []Role{RoleAdmin, RoleAgent}

// Routes is the REST API.
func Routes() []Route {
	page := []string{"limit", "cursor"}
	return []Route{
		{Method: "POST", Path: "/chat", Function: AgentInvoke, Roles: people, Body: "ChatRequest", Idempotent: true,
			Name: "chat", Summary: "Asks the tenant's agent.",
			Answers: ok(ChatAnswer{}), Problems: []int{404, 409}},
		{Method: "GET", Path: "/conversations", Function: Records, Roles: people, Query: append([]string{"ticketId"}, page...),
			Name: "listConversations", Summary: "Lists conversations, those that began last first; of a ticket, those with the newest message first.",
			Answers: ok(Page[Conversation]{}), Problems: []int{422}},
		{Method: "GET", Path: "/conversations/{id}", Function: Records, Roles: people, Query: page,
			Name: "getConversation", Summary: "Reads a conversation's messages, the oldest first.",
			Answers: ok(Transcript{})},
		{Method: "GET", Path: "/tickets", Function: Records, Roles: people, Query: append([]string{"status"}, page...),
			Values: map[string][]string{"status": TicketStatuses},
			Name:   "listTickets", Summary: "Lists tickets.", Answers: ok(Page[Ticket]{})},
		{Method: "POST", Path: "/tickets", Function: Records, Roles: people, Body: "TicketCreate", Idempotent: true,
			Name: "createTicket", Summary: "Makes a ticket.", Answers: made(Ticket{})},
		{Method: "GET", Path: "/tickets/{id}", Function: Records, Roles: people,
			Name: "getTicket", Summary: "Reads a ticket.", Answers: ok(Ticket{})},
		{Method: "PATCH", Path: "/tickets/{id}", Function: Records, Roles: people, Body: "TicketUpdate", Idempotent: true,
			Name: "updateTicket", Summary: "Changes a ticket that has the version.", Answers: ok(Ticket{}), Problems: []int{409}},
		{Method: "GET", Path: "/documents", Function: Records, Roles: people, Query: append([]string{"status"}, page...),
			Values: map[string][]string{"status": DocumentStatuses},
			Name:   "listDocuments", Summary: "Lists documents, each by its newest version.", Answers: ok(Page[Document]{})},
		{Method: "POST", Path: "/documents", Function: Records, Roles: people, Body: "DocumentCreate", Idempotent: true,
			Name: "createDocument", Summary: "Announces a document, or the next version of one, and answers where to put its content.",
			Answers: made(NewDocument{}), Problems: []int{404, 409}},
		{Method: "GET", Path: "/documents/{id}", Function: Records, Roles: people,
			Name: "getDocument", Summary: "Reads a document with its versions.", Answers: ok(FullDocument{})},
		{Method: "DELETE", Path: "/documents/{id}", Function: Records, Roles: people,
			Name: "deleteDocument", Summary: "Removes a document with all of its versions.",
			Answers: []Answer{{Status: 204}}, Problems: []int{409}},
		{Method: "PUT", Path: "/documents/{id}/approval", Function: Records, Roles: []Role{RoleAdmin}, Body: "DocumentApproval", Idempotent: true,
			Name: "decideDocument", Summary: "Approves or rejects a document's newest version.", Answers: ok(Document{}), Problems: []int{409}},
		{Method: "POST", Path: "/actions/{type}", Function: SafeActions, Roles: people, Body: "ActionRequest", Idempotent: true,
			Values: map[string][]string{"type": ActionTypes},
			Name:   "act", Summary: "Confirms or refuses a pending action, or makes one.",
			Answers: []Answer{{Status: 200, Body: Action{}}, {Status: 201, Body: Action{}}}, Problems: []int{409}},
		{Method: "POST", Path: "/agents", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Body: "AgentCreate", Idempotent: true,
			Name: "createAgent", Summary: "Onboards a tenant with its agent.",
			Answers: []Answer{{Status: 200, Body: TenantAgent{}, Location: true}, {Status: 201, Body: TenantAgent{}, Location: true}, {Status: 202, Body: TenantAgent{}}}, Problems: []int{409}},
		{Method: "GET", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator, RoleAdmin}, Query: []string{"verify"},
			Values: map[string][]string{"verify": {"true", "false"}},
			Name:   "getAgent", Summary: "Reads a tenant's agent; with verify=true, also where AWS is not as it says.", Answers: ok(TenantAgent{})},
		{Method: "PUT", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Body: "AgentUpdate", Idempotent: true,
			Name: "updateAgent", Summary: "Changes a tenant's agent.",
			Answers: []Answer{{Status: 200, Body: TenantAgent{}}, {Status: 202, Body: TenantAgent{}}}, Problems: []int{409}},
		{Method: "DELETE", Path: "/agents/{tenantId}", Function: AgentProvisioner, Roles: []Role{RoleOperator}, Query: []string{"data"},
			Values: map[string][]string{"data": {DataKeep, DataErase, DataExport}},
			Name:   "deleteAgent", Summary: "Removes a tenant with its agent, and keeps, erases or exports and erases its data.",
			Answers: []Answer{{Status: 200, Body: RemovalReport{}}, {Status: 202, Body: RemovalReport{}}}, Problems: []int{409}},
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
