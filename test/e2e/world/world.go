// Package world is the platform on this machine: the functions, compiled for
// it, in an AWS account that is made from the synthesized stacks, with tenants
// and people who send requests.
package world

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/e2e/deploy"
	"github.com/flowops/flowops/test/e2e/local"
	"github.com/flowops/flowops/test/searchtest"
)

// SearchHost is the search domain's endpoint.
const SearchHost = "search-flowops-dev-search.eu-central-1.es.amazonaws.com"

// SocketDomain and SocketStage are where the WebSocket API is.
const (
	SocketDomain = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
	SocketStage  = "dev"
)

// World is a deployed environment on this machine.
type World struct {
	Config      envs.Config
	AWS         aws.Config // with the account's own credentials
	Gateway     *local.Gateway
	Search      *searchtest.Server
	Agents      *local.Agents
	Connections *local.Connections
	Deployment  *deploy.Deployment

	root, dir string
	runtimes  []*local.Runtime
	mu        sync.Mutex
	tenants   map[string]contract.AgentConfiguration
	ministack *local.MiniStack
	lambda    *lambda.Client
}

// Start deploys dev below dir, with the changes that change makes to it. root is
// the module's; broken is told of what must never happen.
func Start(ctx context.Context, root, dir string, change func(*envs.Config), broken func(string, ...any)) (*World, error) {
	cfg, err := envs.Load("dev", func(string) (string, bool) { return "", false })
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(&cfg)
	}
	w := &World{tenants: map[string]contract.AgentConfiguration{}, Config: cfg, root: root, dir: dir, Search: searchtest.Start(broken), Agents: &local.Agents{}, Connections: local.NewConnections()}
	if err := w.start(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (w *World) start(ctx context.Context) error {
	region, account := w.Config.Account.Region, w.Config.Account.ID
	var err error
	w.Gateway, err = local.NewGateway(w.certificate(), region, account,
		map[string]http.Handler{"bedrock": local.Models{}, "bedrock-agentcore InvokeAgentRuntime": w.Agents, "execute-api": w.Connections,
			"logs AssociateKmsKey": local.Done{}},
		map[string]http.Handler{".es.amazonaws.com": w.Search})
	if err != nil {
		return err
	}
	w.Gateway.Recorder().OnSession(func(role, tenant string, c aws.Credentials) {
		w.Search.Know(searchtest.Principal{RoleARN: role, Tenant: tenant}, c)
	})
	if w.ministack, err = local.StartMiniStack(ctx, w.root, w.dir, account, region, w.Gateway.URL()); err != nil {
		return err
	}
	w.Gateway.To(w.ministack.Address)
	w.AWS = aws.Config{
		Region: region, BaseEndpoint: aws.String("http://" + w.ministack.Address),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:  local.Client(),
	}
	w.lambda = lambda.NewFromConfig(w.AWS)
	stacks, err := synthesize(w.root, w.dir, w.Config)
	if err != nil {
		return err
	}
	architecture := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]
	if architecture == "" {
		return errors.New("no architecture of Lambda is this machine's: " + runtime.GOARCH)
	}
	w.Deployment, err = deploy.Run(ctx, deploy.Options{
		Config: w.AWS, Account: account, Host: architecture, Stacks: stacks,
		Environment: func(function string) map[string]string {
			return map[string]string{"AWS_SDK_UA_APP_ID": function, "SSL_CERT_FILE": w.certificate(), "HTTPS_PROXY": w.Gateway.URL()}
		},
		Stand: map[string]map[string]any{"aws_opensearch_domain": {"endpoint": SearchHost}},
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, w.Log())
	}
	return w.addPlans(ctx)
}

// certificate is the file with the one certificate that functions trust.
func (w *World) certificate() string { return filepath.Join(w.dir, "authority.pem") }

// Log is everything that MiniStack, the functions in it and the agents logged.
func (w *World) Log() []byte {
	log, _ := os.ReadFile(filepath.Join(w.dir, "ministack.log"))
	agents, _ := filepath.Glob(filepath.Join(w.dir, "agent-*.log"))
	for _, file := range agents {
		more, _ := os.ReadFile(file)
		log = append(log, more...)
	}
	return log
}

// Endpoint is where the account's APIs are.
func (w *World) Endpoint() string { return *w.AWS.BaseEndpoint }

// Close ends it all.
func (w *World) Close() {
	for _, r := range w.runtimes {
		r.Close()
	}
	if w.ministack != nil {
		w.ministack.Close()
	}
	if w.Gateway != nil {
		w.Gateway.Close()
	}
	w.Search.Close()
}
