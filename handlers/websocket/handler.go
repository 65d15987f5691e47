package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// handler answers the routes of the WebSocket API.
type handler struct{ log *slog.Logger }

// handle refuses. On $connect the status is what the client's handshake gets,
// so no connection opens; on the other routes API Gateway drops the body.
func (h handler) handle(ctx context.Context, event events.APIGatewayWebsocketProxyRequest) (events.APIGatewayProxyResponse, error) {
	at := event.RequestContext
	h.log.WarnContext(ctx, "not implemented", "route", at.RouteKey, "connectionId", at.ConnectionID, "apiRequestId", at.RequestID)
	err := problem.NotImplemented{Function: contract.WebSocket.Name}
	return err.Problem(at.RequestID).Response(nil), nil
}
