package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// harness is the function against an account in memory.
type harness struct {
	t         testing.TB
	cloud     *fakeaws.Cloud
	clients   *fakeaws.Sockets
	functions *fakeaws.Functions
	scopes    *tenant.Scopes
	handler   handler
	log       *handlertest.Buffer
	metric    *handlertest.Buffer
	clock     *handlertest.Clock
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{t: t, log: &handlertest.Buffer{}, metric: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2024, 1, 20, 11, 55, 8, 0, time.UTC), 0)}
	h.cloud = fakeaws.New(h.clock.Now)
	h.clients, h.functions = &fakeaws.Sockets{C: h.cloud}, &fakeaws.Functions{C: h.cloud}
	h.scopes = tenant.NewScopes(tenant.Options{
		STS: h.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: "arn:aws:iam::111111111111:role/r", Function: contract.WebSocket, Clients: h.cloud.Clients(), Now: h.clock.Now,
	})
	models, err := readModels()
	if err != nil {
		t.Fatal(err)
	}
	h.handler = handler{
		log: telemetry.NewLogger(h.log, contract.WebSocket.Name, "dev", slog.LevelDebug), now: h.clock.Now, models: models, scopes: h.scopes,
		metrics:   telemetry.NewMetrics(h.metric, contract.MetricNamespace, contract.WebSocket.Name, "dev", slog.LevelInfo),
		clients:   connection.New("us-east-1", "chat.flowops.example", func(string) connection.API { return h.clients }),
		functions: h.functions, agentInvoke: "agent-invoke:live", connections: contract.Connections.Name,
	}
	return h
}

// at is an event of a connection. Its zero value is of an agent of acme, whose
// token is good for an hour.
type at struct {
	route           contract.WebSocketRoute
	id              string // of the connection; empty: "c-" and the tenant
	tenant, groups  string
	person          string
	body            string
	authorizer      map[string]any // beside, or instead of, the usual
	domain          string
	base64, without bool // without: no authorizer's context at all
}

func (h *harness) event(a at) events.APIGatewayWebsocketProxyRequest {
	set := func(s *string, fallback string) {
		if *s == "" {
			*s = fallback
		}
	}
	set(&a.tenant, "acme")
	set(&a.groups, "agent")
	set(&a.person, "person-of-"+a.tenant)
	set(&a.id, "c-"+a.tenant)
	set(&a.domain, "z9y8x7w6v5.execute-api.us-east-1.amazonaws.com")
	authorizer := map[string]any{
		"principalId": a.person, contract.AuthorizerTenant: a.tenant, contract.AuthorizerSubject: a.person, contract.AuthorizerGroups: a.groups,
		contract.AuthorizerExpiry: "1705755308", "integrationLatency": 87.0,
	}
	maps.Copy(authorizer, a.authorizer)
	event := events.APIGatewayWebsocketProxyRequest{Body: a.body, IsBase64Encoded: a.base64, RequestContext: events.APIGatewayWebsocketProxyRequestContext{
		RouteKey: string(a.route), ConnectionID: a.id, RequestID: "request-1", DomainName: a.domain, Stage: "dev", Authorizer: authorizer,
	}}
	if a.without {
		event.RequestContext.Authorizer = nil
	}
	return event
}

// do handles an event and returns what the client got of it.
func (h *harness) do(a at) []contract.ChatEvent {
	h.t.Helper()
	event := h.event(a)
	id := event.RequestContext.ConnectionID
	before := len(h.clients.Sent(id))
	response, err := h.handler.handle(handlertest.Context(), event)
	if err != nil || response.StatusCode != 200 || response.Body != "" {
		h.t.Errorf("%+v, %v", response, err)
	}
	return h.got(id, before)
}

func (h *harness) got(id string, after int) []contract.ChatEvent {
	h.t.Helper()
	var got []contract.ChatEvent
	for _, text := range h.clients.Sent(id)[after:] {
		var e contract.ChatEvent
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			h.t.Errorf("%v: %s", err, text)
		}
		got = append(got, e)
	}
	return got
}

// code is the code of the one event, which is an error; empty otherwise.
func code(got []contract.ChatEvent) string {
	if len(got) != 1 || got[0].Type != contract.EventTypeError {
		return ""
	}
	return got[0].Error.Code
}

// chat is a chat message of the zero at.
func (h *harness) chat(body string) []contract.ChatEvent {
	h.t.Helper()
	return h.do(at{route: contract.RouteChat, body: body})
}

// handovers are what agent-invoke was handed.
func (h *harness) handovers() []contract.ChatHandover {
	h.t.Helper()
	var all []contract.ChatHandover
	for _, i := range h.functions.Invoked() {
		var o contract.ChatHandover
		if err := json.Unmarshal([]byte(i.Payload), &o); err != nil || i.Function != "agent-invoke:live" {
			h.t.Errorf("%s, %v", i.Function, err)
		}
		all = append(all, o)
	}
	return all
}

// items are the items of the connections table with a type of their own.
func items[T any](h *harness, attribute string) []T {
	h.t.Helper()
	var all []T
	for _, i := range h.cloud.Items(contract.Connections.Name) {
		if _, ok := i[attribute]; !ok {
			continue
		}
		var v T
		if err := attributevalue.UnmarshalMap(i, &v); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func (h *harness) open() []contract.Connection {
	return items[contract.Connection](h, "tokenExpiry")
}

func (h *harness) turns() []contract.Turn { return items[contract.Turn](h, "turnId") }

// asAgentInvoke is the tenant's turns, as agent-invoke has them.
func (h *harness) asAgentInvoke(tenantID string) store.Turns {
	h.t.Helper()
	who, err := tenant.FromHandover(contract.ChatHandover{TenantID: tenantID, Subject: "person-of-" + tenantID})
	if err != nil {
		h.t.Fatal(err)
	}
	scope, err := h.scopes.Scope(context.Background(), who)
	if err != nil {
		h.t.Fatal(err)
	}
	turns, err := store.NewTurns(scope, contract.Connections.Name, h.clock.Now)
	if err != nil {
		h.t.Fatal(err)
	}
	return turns
}

// answered claims a turn and finishes it with a citation and an answer.
func (h *harness) answered(tenantID, turnID string) {
	h.t.Helper()
	turns := h.asAgentInvoke(tenantID)
	turn, ok, err := turns.Claim(context.Background(), turnID, time.Minute)
	if err != nil || !ok {
		h.t.Fatalf("%v, %v", ok, err)
	}
	turn.ConversationID = "conversation-9"
	if _, ok, err := turns.Finish(context.Background(), turn, []contract.ChatEvent{
		{Type: contract.EventTypeCitation, TurnID: turnID, Number: 4, Citation: &contract.Citation{DocumentID: "d"}},
		{Type: contract.EventTypeDone, TurnID: turnID, Number: 7, Answer: &contract.ChatAnswer{Text: "confidential answer"}},
	}); err != nil || !ok {
		h.t.Fatalf("%v, %v", ok, err)
	}
}

// slow opens no scope before the time is over, and keeps when that was to be.
type slow struct{ until *time.Time }

func (s slow) Scope(ctx context.Context, _ tenant.Identity) (tenant.Scope, error) {
	*s.until, _ = ctx.Deadline()
	<-ctx.Done()
	return tenant.Scope{}, ctx.Err()
}
