package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/session"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

const (
	endpoint = "https://z9y8x7w6v5.execute-api.us-east-1.amazonaws.com/dev"
	turn     = "turn-1"
	client   = "client-1"
	phrase   = "confidential: reset my password, I am jane@example.com"
)

// harness is the function against an account in memory.
type harness struct {
	t       testing.TB
	cloud   *fakeaws.Cloud
	clients *fakeaws.Connections
	fn      function
	log     *handlertest.Buffer

	mu    sync.Mutex
	clock *handlertest.Clock
	agent func(fakeaws.AgentCall) (string, io.Reader, error)
	asked []fakeaws.AgentCall
	// described holds answers against the API's document.
	described handlertest.Document
}

func (h *harness) answer(call fakeaws.AgentCall) (string, io.Reader, error) {
	h.mu.Lock()
	h.asked = append(h.asked, call)
	agent := h.agent
	h.mu.Unlock()
	return agent(call)
}

// says has the agents answer with these events.
func (h *harness) says(events ...contract.AgentEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.agent = func(fakeaws.AgentCall) (string, io.Reader, error) {
		return "text/event-stream", fakeaws.Events(events...), nil
	}
}

func (h *harness) calls() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.asked)
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{t: t, described: handlertest.OpenAPI(t), log: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Millisecond)}
	h.cloud = fakeaws.New(h.clock.Now)
	h.cloud.Onboard("acme", "acme2", "globex")
	h.clients = h.cloud.NewConnections()
	h.says(delta("Open the "), delta("settings."), answerEvent(grounded()))
	fn, err := newFunction(handler{
		log: telemetry.NewLogger(h.log, contract.AgentInvoke.Name, "dev", slog.LevelDebug), origins: cors.Parse(handlertest.Origin), now: h.clock.Now,
		metrics: telemetry.NewMetrics(h.log, contract.MetricNamespace, contract.AgentInvoke.Name, "dev", slog.LevelDebug),
		after:   func(time.Duration) <-chan time.Time { return nil },
		scopes: tenant.NewScopes(tenant.Options{
			STS: h.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: "arn:aws:iam::111111111111:role/r", Function: contract.AgentInvoke, Clients: h.cloud.Clients(), Now: h.clock.Now,
		}),
		agents:   store.NewAgentCache(contract.Agents.Name, h.clock.Now),
		sessions: session.New(fakeaws.KMS{C: h.cloud}, "key"),
		agent: func(cfg aws.Config) agentcore.API {
			return fakeaws.AgentCore{C: h.cloud, Config: cfg, Answer: h.answer}
		},
		poster: connection.New("us-east-1", connection.NoDomain, func(string) connection.API { return h.clients }),
		bus:    bus.Bus{Client: h.cloud, Name: "bus"},
		names:  names{conversations: contract.Conversations.Name, connections: contract.Connections.Name, audit: contract.Audit.Name},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.fn = fn
	return h
}

const (
	escalationID = "0190a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b"
	proposalID   = "0190a2b4-5c6d-7e8f-9a0b-000000000001"
)

// call is a request. Its zero value is of an agent of acme.
type call struct {
	tenant, groups, person string
	body, key              string
	conversation, ticket   string
	message                string
	noAPIKey               bool
}

func (c call) event() events.APIGatewayProxyRequest {
	if c.body == "" {
		body := map[string]string{"message": cmp.Or(c.message, phrase)}
		if c.conversation != "" {
			body["conversationId"] = c.conversation
		}
		if c.ticket != "" {
			body["ticketId"] = c.ticket
		}
		text, _ := json.Marshal(body)
		c.body = string(text)
	}
	return handlertest.Request{
		Tenant: c.tenant, Groups: c.groups, Person: c.person, Method: "POST", Resource: "/chat", Body: c.body, Key: c.key, NoAPIKey: c.noAPIKey,
	}.Event()
}

func (h *harness) send(ctx context.Context, c call) events.APIGatewayProxyResponse {
	h.t.Helper()
	payload, err := json.Marshal(c.event())
	if err != nil {
		h.t.Fatal(err)
	}
	response, err := h.fn.handle(ctx, payload)
	if err != nil {
		h.t.Fatal(err)
	}
	h.described.Check(h.t, "POST", "/chat", response)
	return response
}

// do sends a request and returns the body of its answer.
func (h *harness) do(c call, want int) map[string]any {
	h.t.Helper()
	r := h.send(context.Background(), c)
	if r.StatusCode != want {
		h.t.Fatalf("status %d, want %d: %s\n%s", r.StatusCode, want, r.Body, h.log)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		h.t.Fatal(err)
	}
	return body
}

// handed is a message of acme's person, as the websocket function hands it on.
func handed() contract.ChatHandover {
	return contract.ChatHandover{TenantID: "acme", Subject: "person-of-acme", TurnID: turn, Message: phrase, ConnectionID: client, Endpoint: endpoint}
}

func (h *harness) turns(in contract.ChatHandover) store.Turns {
	h.t.Helper()
	who, err := tenant.FromHandover(in)
	if err != nil {
		h.t.Fatal(err)
	}
	scope, err := h.fn.scopes.Scope(context.Background(), who)
	if err != nil {
		h.t.Fatal(err)
	}
	turns, err := store.NewTurns(scope, contract.Connections.Name, h.clock.Now)
	if err != nil {
		h.t.Fatal(err)
	}
	return turns
}

// accept puts a message's turn, as the websocket function does.
func (h *harness) accept(in contract.ChatHandover) contract.ChatHandover {
	h.t.Helper()
	put, ok, err := h.turns(in).Accept(context.Background(), expired(in))
	if err != nil || !ok {
		h.t.Fatal(ok, err)
	}
	in.AcceptedAt = put.AcceptedAt
	return in
}

// hand hands a message on.
func (h *harness) hand(in contract.ChatHandover) error {
	h.t.Helper()
	payload, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	_, err = h.fn.handle(context.Background(), payload)
	return err
}

// turnNow is a turn as it is.
func (h *harness) turnNow(in contract.ChatHandover) contract.Turn {
	h.t.Helper()
	now, err := h.turns(in).Get(context.Background(), in.TurnID)
	if err != nil {
		h.t.Fatal(err)
	}
	return now
}
