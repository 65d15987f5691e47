package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/session"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// names are the names of the tables that hold the tenants' data.
type names struct{ conversations, connections, audit string }

// handler answers chat messages.
type handler struct {
	log      *slog.Logger
	metrics  *telemetry.Metrics
	origins  cors.Origins
	scopes   rest.Scopes
	agents   *store.AgentCache
	sessions *session.IDs
	agent    func(aws.Config) agentcore.API // with the tenant's credentials
	poster   *connection.Poster
	bus      bus.Bus
	names    names
	now      store.Clock
	after    func(time.Duration) <-chan time.Time
}

// function is the handler with its REST API.
type function struct {
	handler
	api *rest.API
}

func newFunction(h handler) (function, error) {
	api, err := rest.New(contract.AgentInvoke, map[string]rest.Endpoint{"POST /chat": h.post}, rest.Options{
		Scopes: h.scopes, Keys: h.agents, Origins: h.origins, Log: h.log, Metrics: h.metrics,
	})
	return function{h, api}, err
}

// handle tells the two kinds of invocation apart. Nobody waits for the answer
// to an asynchronous one: where a retry may help it fails, so that Lambda
// retries it and then keeps it in the dead-letter queue.
func (f function) handle(ctx context.Context, payload json.RawMessage) (events.APIGatewayProxyResponse, error) {
	if event, ok := restEvent(payload); ok {
		return f.rest(ctx, event)
	}
	ctx, cancel := endBefore(ctx, lambdaReserve)
	defer cancel()
	return events.APIGatewayProxyResponse{}, f.handedOver(ctx, payload)
}

// rest answers a request of API Gateway.
func (f function) rest(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, restTime)
	defer cancel()
	return f.api.Handle(ctx, event)
}

// restEvent reads payload as an API Gateway event, where it is one. API Gateway
// writes both fields that decide, so no request body can imitate it.
func restEvent(payload json.RawMessage) (events.APIGatewayProxyRequest, bool) {
	var event events.APIGatewayProxyRequest
	if err := json.Unmarshal(payload, &event); err != nil {
		return event, false
	}
	return event, event.HTTPMethod != "" && event.RequestContext.RequestID != ""
}

// errPayload is the error of an invocation that is of neither kind.
var errPayload = errors.New("the payload is neither a request of API Gateway nor a message that was handed over")

// handover reads payload as a message of the websocket function. It quotes
// nothing of it.
func handover(payload json.RawMessage) (contract.ChatHandover, error) {
	var probe struct {
		HTTPMethod     *json.RawMessage `json:"httpMethod"`
		RequestContext *json.RawMessage `json:"requestContext"`
		Records        *json.RawMessage `json:"Records"`
	}
	var h contract.ChatHandover
	if json.Unmarshal(payload, &probe) != nil || json.Unmarshal(payload, &h) != nil {
		return contract.ChatHandover{}, errPayload
	}
	if probe.HTTPMethod != nil || probe.RequestContext != nil || probe.Records != nil {
		return contract.ChatHandover{}, errPayload // half a request, or of another service
	}
	if h.TenantID == "" || h.Subject == "" || h.TurnID == "" || h.ConnectionID == "" || h.Endpoint == "" {
		return contract.ChatHandover{}, errPayload
	}
	return h, nil
}
