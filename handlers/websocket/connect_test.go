package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.WebSocket, wire) }

// The events of API Gateway, from connect to disconnect.
func TestEvents(t *testing.T) {
	h := newHarness(t)
	const id = "R1kmxc2VNjMCFIA="
	send := func(file string) events.APIGatewayProxyResponse {
		t.Helper()
		response, err := h.handler.handle(handlertest.Context(), handlertest.Event[events.APIGatewayWebsocketProxyRequest](t, file))
		if err != nil || response.StatusCode != 200 || response.Body != "" {
			t.Errorf("%s: %+v, %v", file, response, err)
		}
		return response
	}
	if d := cmp.Diff(map[string]string{"Sec-WebSocket-Protocol": "flowops"}, send("websocket-connect.json").Headers); d != "" {
		t.Errorf("headers (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]contract.Connection{{
		TenantID: "acme", ConnectionID: id, Subject: "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b", TokenExpiry: 1705755308, ConnectedAt: "2024-01-20T11:55:08.000Z",
		ExpiresAt: time.Date(2024, 1, 20, 13, 55, 8, 0, time.UTC).Unix(),
	}}, h.open()); d != "" {
		t.Errorf("connection (-want +got):\n%s", d)
	}
	send("websocket-chat.json")
	if got := h.got(id, 0); len(got) != 1 || got[0].Type != contract.EventTypeAccepted || got[0].TurnID == "" || got[0].ConversationID != "01HMK6" {
		t.Errorf("%+v", got)
	}
	if o := h.handovers(); len(o) != 1 || o[0].Endpoint != "https://z9y8x7w6v5.execute-api.us-east-1.amazonaws.com/dev" || o[0].ConnectionID != id {
		t.Errorf("%+v", o)
	}
	send("websocket-disconnect.json")
	send("websocket-disconnect.json") // as good as none
	if len(h.open()) != 0 || len(h.turns()) != 1 {
		t.Errorf("%v, %v", h.open(), h.turns())
	}
	handlertest.LogsFacts(t, h.log, "confidential", "jane@example.com", "eyJraWQi")
	if n := strings.Count(h.metric.String(), `"TenantRequestCount":1`); n != 1 {
		t.Errorf("%d messages counted", n)
	}
}

func TestConnectRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		at     at
		status int
	}{
		"no authorizer":             {at{without: true}, 401},
		"no tenant":                 {at{authorizer: map[string]any{contract.AuthorizerTenant: ""}}, 401},
		"two tenants":               {at{authorizer: map[string]any{contract.TenantClaim: "globex"}}, 401},
		"an expired token":          {at{authorizer: map[string]any{contract.AuthorizerExpiry: "1705751708"}}, 401},
		"no expiry":                 {at{authorizer: map[string]any{contract.AuthorizerExpiry: nil}}, 401},
		"an expiry that is none":    {at{authorizer: map[string]any{contract.AuthorizerExpiry: "later"}}, 401},
		"an expiry of another type": {at{authorizer: map[string]any{contract.AuthorizerExpiry: 1705755308.0}}, 401},
		"another host":              {at{domain: "evil.example"}, 500},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			tt.at.route = contract.RouteConnect
			response, err := h.handler.handle(handlertest.Context(), h.event(tt.at))
			if err != nil || response.StatusCode != tt.status || response.Body != "" || len(response.Headers) != 0 {
				t.Errorf("%+v, %v", response, err)
			}
			if len(h.open()) != 0 || len(h.cloud.Calls()) != 0 {
				t.Errorf("%v, %v", h.open(), h.cloud.Calls())
			}
		})
	}
	for _, fault := range []error{fakeaws.Down(), fakeaws.AfterError{Err: fakeaws.Down()}} {
		h := newHarness(t)
		h.cloud.SetFault(func(operation string) error {
			if operation == "PutItem" {
				return fault
			}
			return nil
		})
		if response, err := h.handler.handle(handlertest.Context(), h.event(at{route: contract.RouteConnect})); err != nil || response.StatusCode != 503 || response.Body != "" {
			t.Errorf("%+v, %v", response, err)
		}
		if !strings.Contains(h.metric.String(), `"Errors":1`) {
			t.Errorf("no error counted: %s", h.metric)
		}
	}
}

func TestCustomDomain(t *testing.T) {
	h := newHarness(t)
	if got := h.do(at{route: contract.RouteStatus, domain: "chat.flowops.example", body: `{"action":"status"}`}); len(got) != 1 || got[0].State != contract.StateOpen {
		t.Errorf("%+v", got)
	}
}

// Connects and disconnects come in any order, and a client reconnects.
func TestConnectAndDisconnect(t *testing.T) {
	connect, disconnect := at{route: contract.RouteConnect}, at{route: contract.RouteDisconnect}
	again := connect
	again.id = "c-acme-2"
	foreign := at{route: contract.RouteDisconnect, tenant: "globex", id: "c-acme"}
	expired := at{route: contract.RouteDisconnect, authorizer: map[string]any{contract.AuthorizerExpiry: "1"}}
	nobody := at{route: contract.RouteDisconnect, without: true}
	for name, tt := range map[string]struct {
		events []at
		open   int
	}{
		"once":                                {[]at{connect, disconnect}, 0},
		"twice":                               {[]at{connect, connect, disconnect, disconnect}, 0},
		"a disconnect of nothing":             {[]at{disconnect}, 0},
		"a new connection before the old end": {[]at{connect, again, disconnect}, 1},
		"another tenant's disconnect":         {[]at{connect, foreign}, 1},
		"after the token expired":             {[]at{connect, expired}, 0},
		"without an authorizer":               {[]at{connect, nobody}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			for _, e := range tt.events {
				if got := h.do(e); len(got) != 0 {
					t.Errorf("the client is told %v", got)
				}
			}
			if len(h.open()) != tt.open || len(h.cloud.Denied()) != 0 {
				t.Errorf("open %v, denied %v", h.open(), h.cloud.Denied())
			}
		})
	}
	h := newHarness(t)
	h.cloud.SetFault(func(string) error { return fakeaws.Down() })
	h.do(disconnect) // the item expires
}

func TestTokenExpiry(t *testing.T) {
	for name, authorizer := range map[string]map[string]any{
		"expired": {contract.AuthorizerExpiry: "1705751708"}, "missing": {contract.AuthorizerExpiry: nil}, "malformed": {contract.AuthorizerExpiry: "1705755308.5"},
		"negative": {contract.AuthorizerExpiry: "-1705755308"}, "too long": {contract.AuthorizerExpiry: strings.Repeat("9", 30)},
		"no tenant": {contract.AuthorizerTenant: nil}, "a tenant that is none": {contract.AuthorizerTenant: "acme#"}, "no subject": {contract.AuthorizerSubject: ""},
	} {
		for _, route := range []contract.WebSocketRoute{contract.RouteChat, contract.RouteStatus, contract.RouteDefault} {
			t.Run(name+" "+string(route), func(t *testing.T) {
				h := newHarness(t)
				h.do(at{route: contract.RouteConnect})
				got := h.do(at{route: route, body: `{"action":"chat","message":"confidential"}`, authorizer: authorizer})
				if code(got) != contract.ChatUnauthorized || got[0].Error.RetryAfter != 0 || !h.clients.Closed("c-acme") {
					t.Errorf("%+v, closed %v", got, h.clients.Closed("c-acme"))
				}
				_, expiry := authorizer[contract.AuthorizerExpiry]
				if (len(h.open()) == 0) != expiry || len(h.turns()) != 0 || len(h.handovers()) != 0 {
					t.Errorf("%v, %v, %v", h.open(), h.turns(), h.handovers())
				}
				if security := strings.Contains(h.log.String(), contract.SecurityIdentityRefused); security == expiry {
					t.Errorf("a security event: %v", security)
				}
			})
		}
	}
	h := newHarness(t)
	h.do(at{route: contract.RouteConnect})
	h.clock.Pass(time.Hour - time.Second)
	if got := h.do(at{route: contract.RouteStatus, body: `{"action":"status"}`}); len(got) != 1 || got[0].State != contract.StateOpen {
		t.Errorf("in time: %+v", got)
	}
	h.clock.Pass(time.Second)
	if got := h.do(at{route: contract.RouteStatus, body: `{"action":"status"}`}); code(got) != contract.ChatUnauthorized {
		t.Errorf("too late: %+v", got)
	}
	// What API Gateway delivers after that changes nothing.
	if got := h.do(at{route: contract.RouteChat, body: `{"action":"chat","message":"m"}`}); len(got) != 0 || len(h.open()) != 0 {
		t.Errorf("%+v, %v", got, h.open())
	}
}
