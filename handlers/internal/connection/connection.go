// Package connection sends messages to the clients of the WebSocket API.
package connection

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi/types"
)

const (
	// MaxMessage is the longest message, in bytes (API Gateway quotas for
	// WebSocket APIs: 128 KB payload; a little less is sent).
	MaxMessage = 128_000
	// NoDomain is the value of contract.EnvWebSocketDomain without a domain.
	NoDomain = "none"
	// attempts and pause bound the retries of one message: API Gateway throttles
	// posts and has trouble of its own, and a chat goes on meanwhile.
	attempts = 3
	pause    = 300 * time.Millisecond
	// maxClients is more endpoints than an environment has.
	maxClients = 16
)

// Errors of a message that does not arrive.
var (
	// ErrGone is the error of a connection that is closed: an answer, not a
	// reason to try again.
	ErrGone = errors.New("the connection is gone")
	// ErrEndpoint is the error of an endpoint or a connection id that can't be one
	// of the WebSocket API. Nothing was sent.
	ErrEndpoint = errors.New("it is no connection of the WebSocket API")
	// ErrTooLarge is the error of a message beyond MaxMessage.
	ErrTooLarge = errors.New("the message is too large")
)

// API posts to the connections of one endpoint.
type API interface {
	PostToConnection(context.Context, *apigatewaymanagementapi.PostToConnectionInput, ...func(*apigatewaymanagementapi.Options)) (*apigatewaymanagementapi.PostToConnectionOutput, error)
}

// AWS makes the SDK's client of an endpoint.
func AWS(cfg aws.Config) func(endpoint string) API {
	return func(endpoint string) API {
		return apigatewaymanagementapi.NewFromConfig(cfg, func(o *apigatewaymanagementapi.Options) {
			o.BaseEndpoint = aws.String(endpoint)
			o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxAttempts, r.MaxBackoff = attempts, pause })
		})
	}
}

// Poster sends messages. It is safe for concurrent use.
type Poster struct {
	client func(endpoint string) API
	hosts  *regexp.Regexp
	domain string

	mu      sync.Mutex
	clients map[string]API
}

// New returns a poster to the WebSocket APIs of the region, and to the custom
// domain, if it is not NoDomain. Requests are signed: they must go nowhere else,
// whatever an endpoint says.
func New(region, domain string, client func(endpoint string) API) *Poster {
	return &Poster{
		client: client, domain: domain, clients: map[string]API{},
		hosts: regexp.MustCompile(`^[a-z0-9]{1,32}\.execute-api\.` + regexp.QuoteMeta(region) + `\.amazonaws\.com(\.cn)?$`),
	}
}

var (
	// stages are names of stages, or of a custom domain's mapping.
	stages = regexp.MustCompile(`^/[A-Za-z0-9_-]{1,128}$`)
	// connectionIDs are what API Gateway makes, generously.
	connectionIDs = regexp.MustCompile(`^[A-Za-z0-9_=+/-]{1,128}$`)
)

// Check reports whether messages may be sent to the connection: ErrEndpoint if
// not.
func (p *Poster) Check(endpoint, connectionID string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.RawPath != "" {
		return ErrEndpoint
	}
	custom := p.domain != NoDomain && p.domain != "" && u.Host == p.domain
	if !custom && !p.hosts.MatchString(u.Host) {
		return ErrEndpoint
	}
	if !stages.MatchString(u.Path) && !(custom && u.Path == "") {
		return ErrEndpoint
	}
	if !connectionIDs.MatchString(connectionID) || u.String() != endpoint {
		return ErrEndpoint
	}
	return nil
}

// Post sends a message. Its errors are ErrGone, ErrEndpoint, ErrTooLarge and
// those of calls.
func (p *Poster) Post(ctx context.Context, endpoint, connectionID string, message []byte) error {
	if err := p.Check(endpoint, connectionID); err != nil {
		return err
	}
	if len(message) > MaxMessage {
		return ErrTooLarge
	}
	_, err := p.of(endpoint).PostToConnection(ctx, &apigatewaymanagementapi.PostToConnectionInput{ConnectionId: aws.String(connectionID), Data: message})
	var gone *types.GoneException
	if errors.As(err, &gone) {
		return ErrGone
	}
	if err != nil {
		return fmt.Errorf("post to a connection: %w", err)
	}
	return nil
}

// of is the client of an endpoint.
func (p *Poster) of(endpoint string) API {
	p.mu.Lock()
	defer p.mu.Unlock()
	client, ok := p.clients[endpoint]
	if !ok {
		if len(p.clients) >= maxClients {
			clear(p.clients)
		}
		client = p.client(endpoint)
		p.clients[endpoint] = client
	}
	return client
}
