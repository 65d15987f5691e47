// Command websocket answers the routes of the WebSocket API. It hands chat
// messages on to agent-invoke and returns at once.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.WebSocket, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[events.APIGatewayWebsocketProxyRequest, events.APIGatewayProxyResponse], error) {
	h := handler{log: in.Log}
	return h.handle, nil
}
