// Command websocket answers the routes of the WebSocket API. It hands chat
// messages on to agent-invoke and returns at once.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/start"
)

// callTimeout bounds one attempt of an AWS call: the function has 10 s in all.
const callTimeout = 2 * time.Second

func main() { start.Lambda(contract.WebSocket, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayWebsocketProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	models, err := readModels()
	if err != nil {
		return nil, err
	}
	return handler{
		log: in.Log, metrics: in.Metrics, models: models, now: time.Now,
		scopes:    account.Scopes(cfg, in, contract.WebSocket),
		clients:   connection.New(cfg.Region, in.Env[contract.EnvWebSocketDomain], connection.AWS(cfg)),
		functions: lambda.NewFromConfig(cfg), agentInvoke: in.Env[contract.EnvAgentInvoke], connections: in.Env[contract.EnvConnectionsTable],
	}.handle, nil
}
