package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// handler answers the REST routes of tickets, documents and conversations.
type handler struct {
	log     *slog.Logger
	origins cors.Origins
}

func (h handler) handle(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	id := event.RequestContext.RequestID
	h.log.WarnContext(ctx, "not implemented", "method", event.HTTPMethod, "route", event.Resource, "apiRequestId", id)
	err := problem.NotImplemented{Function: contract.Records.Name}
	return err.Problem(id).Response(h.origins.Headers(event.Headers)), nil
}
