// Command agentprovisioner onboards, changes and offboards tenants and their
// agents.
package main

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/environment"
	"github.com/flowops/flowops/handlers/internal/pause"
	"github.com/flowops/flowops/handlers/internal/start"
)

// callTimeout bounds one attempt of an AWS call.
const callTimeout = 5 * time.Second

func main() { start.Lambda(contract.AgentProvisioner, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[events.APIGatewayProxyRequest, events.APIGatewayProxyResponse], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	api, err := handler{
		log: in.Log, metrics: in.Metrics, origins: cors.Parse(in.Env[contract.EnvAllowedOrigins]), now: time.Now, sleep: pause.Sleep,
		scopes:   account.Scopes(cfg, in, contract.AgentProvisioner),
		aws:      awsClients(cfg),
		bus:      bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]},
		settings: readSettings(in.Env, cfg.Region),
	}.api()
	if err != nil {
		return nil, err
	}
	return api.Handle, nil
}

func awsClients(cfg aws.Config) clients {
	return clients{
		roles: iam.NewFromConfig(cfg), runtimes: control.NewFromConfig(cfg), keys: apigateway.NewFromConfig(cfg), people: cognito.NewFromConfig(cfg),
		logs: cloudwatchlogs.NewFromConfig(cfg), parameters: ssm.NewFromConfig(cfg), objects: s3.NewFromConfig(cfg),
		machines: sfn.NewFromConfig(cfg),
		functions: lambda.NewFromConfig(cfg, func(o *lambda.Options) {
			// search-admin may work for long, and a second attempt would run beside it.
			o.HTTPClient, o.RetryMaxAttempts = awshttp.NewBuildableClient().WithTimeout(budget), 1
		}),
	}
}

func readSettings(env environment.Values, region string) settings {
	return settings{
		environment: env[contract.EnvEnvironment], logLevel: env[contract.EnvLogLevel], region: region,
		boundaryARN: env[contract.EnvTenantBoundary],
		bucket:      env[contract.EnvAgentBucket], bundleKey: env[contract.EnvAgentBundleKey], definition: env[contract.EnvAgentDefinition],
		subnets: listed(env[contract.EnvAgentSubnets]), groups: listed(env[contract.EnvAgentGroups]),
		searchFunction: env[contract.EnvSearchFunction], userPool: env[contract.EnvUserPoolID], parameters: env[contract.EnvParameterPrefix],
		dataMachine: env[contract.EnvDataMachineARN],
		agents:      env[contract.EnvAgentsTable], audit: env[contract.EnvAuditTable],
	}
}

// listed is a comma-separated list; nil of "none".
func listed(text string) []string {
	if text == "none" {
		return nil
	}
	return strings.Split(text, ",")
}
