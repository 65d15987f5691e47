// Command agentinvoke runs a tenant's agent: for POST /chat, and for chat
// messages that the websocket function hands on asynchronously.
package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/session"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Bounds of one AWS call but those to the agent, which take what a message has
// left.
const (
	callTimeout   = 3 * time.Second // of one attempt
	agentAttempts = 2               // of beginning; what has begun is not tried again
)

func main() { start.Lambda(contract.AgentInvoke, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[json.RawMessage, events.APIGatewayProxyResponse], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	f, err := newFunction(handler{
		log: in.Log, metrics: in.Metrics, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins]), now: time.Now, after: time.After,
		scopes:   account.Scopes(cfg, in, contract.AgentInvoke),
		agents:   store.NewAgentCache(in.Env[contract.EnvAgentsTable], time.Now),
		sessions: session.New(kms.NewFromConfig(cfg), in.Env[contract.EnvSessionKeyID]),
		agent:    agentCore(),
		poster:   connection.New(cfg.Region, in.Env[contract.EnvWebSocketDomain], connection.AWS(cfg)),
		bus:      bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]},
		names: names{
			conversations: in.Env[contract.EnvConversations], connections: in.Env[contract.EnvConnectionsTable], audit: in.Env[contract.EnvAuditTable],
		},
	})
	if err != nil {
		return nil, err
	}
	return f.handle, nil
}

// agentCore makes clients of agents, whose answers are read for as long as a
// message has. They share their connections.
func agentCore() func(aws.Config) agentcore.API {
	connections := awshttp.NewBuildableClient()
	return func(cfg aws.Config) agentcore.API {
		return bedrockagentcore.NewFromConfig(cfg, func(o *bedrockagentcore.Options) {
			o.HTTPClient, o.RetryMaxAttempts = connections, agentAttempts
		})
	}
}
