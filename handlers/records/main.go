// Command records answers the REST routes of tickets, documents and
// conversations.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Bounds of one AWS call: the function has 15 s in all.
const (
	callTimeout  = 4 * time.Second // of one attempt
	callAttempts = 3
)

func main() { start.Lambda(contract.Records, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout)), config.WithRetryMaxAttempts(callAttempts),
		config.WithLogger(logging.LoggerFunc(func(class logging.Classification, format string, _ ...any) {
			in.Log.Warn("AWS SDK", "class", string(class), "about", format) // what it formats may be of a request
		})))
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	h := handler{
		log: in.Log, metrics: in.Metrics, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins]), now: time.Now,
		scopes: tenant.NewScopes(tenant.Options{
			STS: sts.NewFromConfig(cfg), Base: cfg, RoleARN: in.Env[contract.EnvTenantRoleARN], Function: contract.Records,
			Clients: tenant.AWS(), Now: time.Now,
		}),
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
