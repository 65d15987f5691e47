// Command agentinvoke runs a tenant's agent: for POST /chat, and for chat
// messages that the websocket function hands on asynchronously.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.AgentInvoke, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[json.RawMessage, events.APIGatewayProxyResponse], error) {
	h := handler{log: in.Log, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins])}
	return h.handle, nil
}
