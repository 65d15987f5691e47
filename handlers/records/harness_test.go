package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// harness is the function against an account in memory.
type harness struct {
	t     testing.TB
	cloud *fakeaws.Cloud
	api   *rest.API
	log   *handlertest.Buffer
	clock *handlertest.Clock
	// described holds answers against the API's document.
	described handlertest.Document
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{t: t, described: handlertest.OpenAPI(t), log: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Millisecond)}
	h.cloud = fakeaws.New(h.clock.Now)
	h.cloud.Onboard("acme", "acme2", "globex")
	log := telemetry.NewLogger(h.log, contract.Records.Name, "dev", slog.LevelDebug)
	api, err := handler{
		log: log, metrics: telemetry.NewMetrics(h.log, contract.MetricNamespace, contract.Records.Name, "dev", slog.LevelDebug), origins: cors.Parse(handlertest.Origin), now: h.clock.Now,
		scopes: tenant.NewScopes(tenant.Options{
			STS: h.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: "arn:aws:iam::111111111111:role/r", Function: contract.Records, Clients: h.cloud.Clients(), Now: h.clock.Now,
		}),
		keys:    store.NewAgentCache(contract.Agents.Name, h.clock.Now),
		cursors: cursor.Codec{KMS: fakeaws.KMS{C: h.cloud}, KeyID: "key", Now: h.clock.Now},
		bus:     bus.Bus{Client: h.cloud, Name: "bus"},
		waits:   h.cloud,
		names: names{
			tickets: contract.Tickets.Name, conversations: contract.Conversations.Name, metadata: contract.Metadata.Name, documents: "documents-bucket",
		},
	}.api()
	if err != nil {
		t.Fatal(err)
	}
	h.api = api
	return h
}

// call is a request. Its zero value is of an agent of acme.
type call struct {
	tenant, groups string
	person         string // empty: the tenant's one
	method, route  string
	id             string // path parameter
	query          map[string]string
	body           string
	key            string // idempotency key
	headers        map[string]string
	noAPIKey       bool
}

func (c call) event() events.APIGatewayProxyRequest {
	r := handlertest.Request{
		Tenant: c.tenant, Groups: c.groups, Person: c.person, Method: c.method, Resource: c.route, Query: c.query,
		Body: c.body, Key: c.key, Headers: c.headers, NoAPIKey: c.noAPIKey,
	}
	if c.id != "" {
		r.Path = map[string]string{"id": c.id}
	}
	return r.Event()
}

// do sends a request, checks what is true of every answer, and returns its
// body.
func (h *harness) do(c call, want int) map[string]any {
	h.t.Helper()
	body, _ := h.answer(c, want)
	return body
}

func (h *harness) answer(c call, want int) (map[string]any, events.APIGatewayProxyResponse) {
	h.t.Helper()
	response, err := h.api.Handle(context.Background(), c.event())
	if err != nil {
		h.t.Fatal(err)
	}
	at := c.method + " " + c.route
	if response.StatusCode != want {
		h.t.Fatalf("%s: status %d, want %d: %s\n%s", at, response.StatusCode, want, response.Body, h.log)
	}
	if response.Headers["X-Request-Id"] != "request-1" || response.Headers["Access-Control-Allow-Origin"] != handlertest.Origin || response.Headers["Vary"] != "Origin" {
		h.t.Errorf("%s: headers %v", at, response.Headers)
	}
	h.described.Check(h.t, c.method, c.route, response)
	if want == 204 {
		if response.Body != "" {
			h.t.Errorf("%s: a body with 204", at)
		}
		return nil, response
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(response.Body), &body); err != nil {
		h.t.Fatalf("%s: %v: %s", at, err, response.Body)
	}
	media := "application/json"
	if want >= 400 {
		media = contract.MediaTypeProblem
		if body["status"] != float64(want) || body["instance"] != "request-1" || body["title"] == "" {
			h.t.Errorf("%s: problem %v", at, body)
		}
	}
	if response.Headers["Content-Type"] != media {
		h.t.Errorf("%s: content type %s", at, response.Headers["Content-Type"])
	}
	return body, response
}

const ticketBody = `{"subject":"Invoice is wrong","description":"confidential: card","priority":"high"}`

func (h *harness) ticket(c call) string {
	h.t.Helper()
	c.method, c.route = "POST", "/tickets"
	if c.body == "" {
		c.body = ticketBody
	}
	return h.do(c, 201)["ticketId"].(string)
}

// items are the values of a field in a list's items.
func items(body map[string]any, field string) []string {
	got := []string{}
	for _, i := range body["items"].([]any) {
		got = append(got, i.(map[string]any)[field].(string))
	}
	return got
}

// fields are the failing fields of a problem.
func fields(body map[string]any) string {
	var got []string
	all, _ := body["errors"].([]any)
	for _, e := range all {
		got = append(got, e.(map[string]any)["field"].(string))
	}
	return strings.Join(got, " ")
}
