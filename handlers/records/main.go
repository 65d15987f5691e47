// Command records answers the REST routes of tickets, documents and
// conversations.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/store"
)

// callTimeout bounds one attempt of an AWS call: the function has 15 s in all.
const callTimeout = 4 * time.Second

func main() { start.Lambda(contract.Records, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	h := handler{
		log: in.Log, metrics: in.Metrics, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins]), now: time.Now,
		scopes:  account.Scopes(cfg, in, contract.Records),
		keys:    store.NewAgentCache(in.Env[contract.EnvAgentsTable], time.Now),
		cursors: cursor.Codec{KMS: kms.NewFromConfig(cfg), KeyID: in.Env[contract.EnvSessionKeyID], Now: time.Now},
		bus:     bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]},
		waits:   sfn.NewFromConfig(cfg),
		names: names{
			tickets: in.Env[contract.EnvTicketsTable], conversations: in.Env[contract.EnvConversations],
			metadata: in.Env[contract.EnvMetadataTable], documents: in.Env[contract.EnvDocumentsBucket],
		},
	}
	api, err := h.api()
	if err != nil {
		return nil, err
	}
	return api.Handle, nil
}
