package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// handler answers POST /chat, and messages that the websocket function hands on.
type handler struct {
	log     *slog.Logger
	origins cors.Origins
}

// handle tells the two kinds of invocation apart. Nobody waits for the answer
// to an asynchronous one: it fails, so that Lambda retries it and then keeps
// it in the dead-letter queue.
func (h handler) handle(ctx context.Context, payload json.RawMessage) (events.APIGatewayProxyResponse, error) {
	if event, ok := restEvent(payload); ok {
		return h.rest(ctx, event), nil
	}
	h.log.WarnContext(ctx, "not implemented", "invocation", "asynchronous")
	return events.APIGatewayProxyResponse{}, problem.NotImplemented{Function: contract.AgentInvoke.Name}
}

func (h handler) rest(ctx context.Context, event events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	id := event.RequestContext.RequestID
	h.log.WarnContext(ctx, "not implemented", "method", event.HTTPMethod, "route", event.Resource, "apiRequestId", id)
	err := problem.NotImplemented{Function: contract.AgentInvoke.Name}
	return err.Problem(id).Response(h.origins.Headers(event.Headers))
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
