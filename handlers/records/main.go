// Command records answers the REST routes of tickets, documents and
// conversations.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.Records, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse], error) {
	h := handler{log: in.Log, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins])}
	return h.handle, nil
}
