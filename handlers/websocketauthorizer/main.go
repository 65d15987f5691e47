// Command websocketauthorizer verifies the Cognito token of a client that
// opens a WebSocket connection.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.WebSocketAuthorizer, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[events.APIGatewayCustomAuthorizerRequestTypeRequest, events.APIGatewayCustomAuthorizerResponse], error) {
	h := handler{log: in.Log}
	return h.handle, nil
}
