// Command safeactions answers POST /actions/{type}: it makes actions, takes
// people's decisions on them, and carries out what is confirmed, each exactly
// once, with an audit item for each step.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/action"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/store"
)

// callTimeout bounds one attempt of an AWS call: the function has 15 s in all.
const callTimeout = 4 * time.Second

func main() { start.Lambda(contract.SafeActions, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	tools, err := action.NewTools()
	if err != nil {
		return nil, err
	}
	h := handler{
		log: in.Log, metrics: in.Metrics, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins]), now: time.Now, tools: tools,
		scopes: account.Scopes(cfg, in, contract.SafeActions),
		agents: store.NewAgentCache(in.Env[contract.EnvAgentsTable], time.Now),
		bus:    bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]},
		audit:  in.Env[contract.EnvAuditTable], tickets: in.Env[contract.EnvTicketsTable],
	}
	api, err := h.api()
	if err != nil {
		return nil, err
	}
	return api.Handle, nil
}
