// Command websocket answers the routes of the WebSocket API. It hands chat
// messages on to agent-invoke and returns at once.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Bounds of one AWS call: the function has 10 s in all.
const (
	callTimeout  = 2 * time.Second // of one attempt
	callAttempts = 3
)

func main() { start.Lambda(contract.WebSocket, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayWebsocketProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout)), config.WithRetryMaxAttempts(callAttempts),
		config.WithLogger(logging.LoggerFunc(func(class logging.Classification, format string, _ ...any) {
			in.Log.Warn("AWS SDK", "class", string(class), "about", format) // what it formats may be of a request
		})))
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	models, err := readModels()
	if err != nil {
		return nil, err
	}
	return handler{
		log: in.Log, metrics: in.Metrics, models: models, now: time.Now,
		scopes: tenant.NewScopes(tenant.Options{
			STS: sts.NewFromConfig(cfg), Base: cfg, RoleARN: in.Env[contract.EnvTenantRoleARN], Function: contract.WebSocket,
			Clients: tenant.AWS(), Now: time.Now,
		}),
		clients:   connection.New(cfg.Region, in.Env[contract.EnvWebSocketDomain], connection.AWS(cfg)),
		functions: lambda.NewFromConfig(cfg), agentInvoke: in.Env[contract.EnvAgentInvoke], connections: in.Env[contract.EnvConnectionsTable],
	}.handle, nil
}
