package main

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/action"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// harness is the function against an account in memory.
type harness struct {
	t      testing.TB
	cloud  *fakeaws.Cloud
	scopes *tenant.Scopes
	api    *rest.API
	log    *handlertest.Buffer
	metric *handlertest.Buffer
	clock  *handlertest.Clock
	// described holds answers against the API's document.
	described handlertest.Document
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{t: t, described: handlertest.OpenAPI(t), log: &handlertest.Buffer{}, metric: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 0)}
	h.cloud = fakeaws.New(h.clock.Now)
	h.cloud.Onboard("acme", "acme2", "globex")
	tools, err := action.NewTools()
	if err != nil {
		t.Fatal(err)
	}
	h.scopes = tenant.NewScopes(tenant.Options{
		STS: h.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: "arn:aws:iam::111111111111:role/r", Function: contract.SafeActions, Clients: h.cloud.Clients(), Now: h.clock.Now,
	})
	api, err := handler{
		log: telemetry.NewLogger(h.log, contract.SafeActions.Name, "dev", slog.LevelDebug), now: h.clock.Now, tools: tools,
		metrics: telemetry.NewMetrics(h.metric, contract.MetricNamespace, contract.SafeActions.Name, "dev", slog.LevelInfo),
		origins: cors.Parse(handlertest.Origin), scopes: h.scopes, agents: store.NewAgentCache(contract.Agents.Name, h.clock.Now),
		bus: bus.Bus{Client: h.cloud, Name: "bus"}, audit: contract.Audit.Name, tickets: contract.Tickets.Name,
	}.api()
	if err != nil {
		t.Fatal(err)
	}
	h.api = api
	return h
}

// call is a request. Its zero value is of an agent of acme, on create_ticket.
type call struct {
	tenant, groups, person, kind, body, key string
}

func (c call) event() events.APIGatewayProxyRequest {
	return handlertest.Request{
		Tenant: c.tenant, Groups: c.groups, Person: c.person, Method: "POST", Resource: "/actions/{type}",
		Path: map[string]string{"type": cmp.Or(c.kind, contract.ToolCreateTicket)}, Body: c.body, Key: c.key,
	}.Event()
}

// do sends a request, wants the status, and returns the body.
func (h *harness) do(c call, want int) map[string]any {
	h.t.Helper()
	status, body := h.send(c)
	if status != want {
		h.t.Fatalf("status %d, want %d: %v\n%s", status, want, body, h.log)
	}
	return body
}

func (h *harness) send(c call) (int, map[string]any) {
	response, err := h.api.Handle(context.Background(), c.event())
	if err != nil {
		h.t.Error(err)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(response.Body), &body); err != nil {
		h.t.Errorf("%v: %s", err, response.Body)
	}
	h.described.Check(h.t, "POST", "/actions/{type}", response)
	if response.Headers["X-Request-Id"] != "request-1" || response.Headers["Access-Control-Allow-Origin"] != handlertest.Origin {
		h.t.Errorf("headers %v", response.Headers)
	}
	return response.StatusCode, body
}

func decide(id any, decision string) string {
	return `{"actionId":"` + id.(string) + `","decision":"` + decision + `"}`
}

const (
	ticketInput = `{"subject":"confidential invoice","description":"mail jane@example.com <about> it","priority":"high","category":"billing"}`
	logsInput   = `{"component":"confidential billing","from":"2026-01-01T00:00:00+01:00","to":"2026-01-02T00:00:00.5Z"}`
	humanInput  = `{"reason":"confidential: wants jane@example.com","severity":4.0}`
)

var inputs = map[string]string{contract.ToolCreateTicket: ticketInput, contract.ToolRequestLogs: logsInput, contract.ToolEscalateToHuman: humanInput}

// byAgent places a pending action as a tenant's agent does.
func (h *harness) byAgent(tenantID, kind string, change func(*contract.AuditItem)) string {
	h.t.Helper()
	id, err := store.NewActionID(h.clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	requested, err := store.ActionTime(id)
	if err != nil {
		h.t.Fatal(err)
	}
	item := contract.AuditItem{
		TenantID: tenantID, ActionID: id, Type: kind, Step: contract.ActionRequested, At: store.Time(requested), By: contract.ByAgent,
		ConversationID: "conversation-1", Input: inputs[kind], ExpiresAt: store.Time(requested.Add(contract.ActionLifetime)),
	}
	if change != nil {
		change(&item)
	}
	put, err := attributevalue.MarshalMap(item)
	if err != nil {
		h.t.Fatal(err)
	}
	key, err := contract.AuditKey(store.Time(requested), id, contract.AuditRequest)
	if err != nil {
		h.t.Fatal(err)
	}
	for name, value := range map[string]string{"PK": "TENANT#" + tenantID, "SK": key} {
		if put[name], err = attributevalue.Marshal(value); err != nil {
			h.t.Fatal(err)
		}
	}
	h.cloud.Put(contract.Audit.Name, put)
	return id
}

// audit is a tenant's audit table, as other functions have it.
func (h *harness) audit(tenantID string) store.Audit {
	h.t.Helper()
	who, err := tenant.FromHandover(contract.ChatHandover{TenantID: tenantID, Subject: "person-of-" + tenantID})
	if err != nil {
		h.t.Fatal(err)
	}
	scope, err := h.scopes.Scope(context.Background(), who)
	if err != nil {
		h.t.Fatal(err)
	}
	audit, err := store.NewAudit(scope, contract.Audit.Name, h.clock.Now)
	if err != nil {
		h.t.Fatal(err)
	}
	return audit
}

// steps are the steps of all actions, in order, with who took them.
func (h *harness) steps() string {
	h.t.Helper()
	var all []string
	for _, i := range h.cloud.Items(contract.Audit.Name) {
		var item contract.AuditItem
		if err := attributevalue.UnmarshalMap(i, &item); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, item.Step+" by "+item.By)
	}
	return strings.Join(all, ", ")
}

// tickets are the tickets, without the remembered requests.
func (h *harness) tickets() []contract.Ticket {
	h.t.Helper()
	var all []contract.Ticket
	for _, i := range h.cloud.Items(contract.Tickets.Name) {
		var ticket contract.Ticket
		if err := attributevalue.UnmarshalMap(i, &ticket); err != nil {
			h.t.Fatal(err)
		}
		if ticket.TicketID != "" {
			all = append(all, ticket)
		}
	}
	return all
}

// told counts the events on the bus by type.
func (h *harness) told() map[string]int {
	got := map[string]int{}
	for _, e := range h.cloud.Events {
		got[e.Type]++
	}
	return got
}
