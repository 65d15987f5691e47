package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// handler decides who may open a WebSocket connection.
type handler struct{ log *slog.Logger }

// handle lets nobody in: to API Gateway an authorizer that fails has refused,
// and it answers the client with status 500.
func (h handler) handle(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	h.log.WarnContext(ctx, "not implemented", "apiRequestId", event.RequestContext.RequestID)
	return events.APIGatewayCustomAuthorizerResponse{}, problem.NotImplemented{Function: contract.WebSocketAuthorizer.Name}
}
