// Package account opens the AWS account that a function runs in.
package account

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/start"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// attempts of one AWS call.
const attempts = 3

// Open is the configuration of the function's clients, with the credentials of
// its execution role. timeout is of one attempt of a call.
func Open(ctx context.Context, in start.Input, timeout time.Duration) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(timeout)), config.WithRetryMaxAttempts(attempts),
		config.WithLogger(logging.LoggerFunc(func(class logging.Classification, format string, _ ...any) {
			in.Log.Warn("AWS SDK", "class", string(class), "about", format) // what it formats may be of a request
		})))
	if err != nil {
		return cfg, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return cfg, nil
}

// Scopes opens tenants' data by the tenant access role of fn.
func Scopes(cfg aws.Config, in start.Input, fn contract.Function) *tenant.Scopes {
	return tenant.NewScopes(tenant.Options{
		STS: sts.NewFromConfig(cfg), Base: cfg, RoleARN: in.Env[contract.EnvTenantRoleARN], Function: fn, Clients: tenant.AWS(), Now: time.Now,
	})
}
