package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/schema"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// reserve is how long before Lambda's own timeout a message gives up, so that
// the client can still be told, and parting is what is left after that.
const (
	reserve = 2 * time.Second
	parting = 300 * time.Millisecond
)

// scopes opens tenants' scopes.
type scopes interface {
	Scope(context.Context, tenant.Identity) (tenant.Scope, error)
}

// invoker invokes functions.
type invoker interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// handler answers the routes of the WebSocket API.
type handler struct {
	log         *slog.Logger
	metrics     *telemetry.Metrics
	scopes      scopes
	clients     *connection.Poster
	functions   invoker
	agentInvoke string // name of the function
	connections string // name of the table
	models      map[contract.WebSocketRoute]*schema.Schema
	now         store.Clock
}

// readModels compiles the models of the routes' messages.
func readModels() (map[contract.WebSocketRoute]*schema.Schema, error) {
	models := map[contract.WebSocketRoute]*schema.Schema{}
	for _, r := range contract.WebSocketRoutes() {
		if r.Model() == "" {
			continue
		}
		var err error
		if models[r], err = schema.Model(r.Model()); err != nil {
			return nil, err
		}
	}
	return models, nil
}

// call is one event of a connection.
type call struct {
	handler
	event    events.APIGatewayWebsocketProxyRequest
	route    contract.WebSocketRoute
	id       string // of the connection
	endpoint string // of the connections, for messages to clients
	who      tenant.Identity
	turnID   string // that the message is about, once it is known
}

// handle answers an event of API Gateway. It never returns an error: API Gateway
// would tell the client of it. The status counts on $connect only, where it is
// the handshake's; there is no route response, so on the others a body would be
// dropped.
func (h handler) handle(ctx context.Context, event events.APIGatewayWebsocketProxyRequest) (response events.APIGatewayProxyResponse, _ error) {
	at := event.RequestContext
	c := call{
		handler: h, event: event, route: contract.WebSocketRoute(at.RouteKey), id: at.ConnectionID,
		// What API Gateway says, and nothing of the client's: a custom domain maps the
		// stage under its own name, so it is the same with one and without.
		endpoint: "https://" + at.DomainName + "/" + at.Stage,
	}
	c.log = h.log.With("route", at.RouteKey, "connectionId", at.ConnectionID, "apiRequestId", at.RequestID)
	defer func() {
		if trouble := recover(); trouble != nil {
			// The value may quote the message; its type does not.
			c.log.ErrorContext(ctx, "panic", "type", fmt.Sprintf("%T", trouble))
			c.countError(ctx)
			response = answer(http.StatusInternalServerError)
		}
	}()
	switch c.route {
	case contract.RouteConnect:
		return c.connect(ctx), nil
	case contract.RouteDisconnect:
		c.disconnect(ctx)
	default:
		c.message(ctx)
	}
	return answer(http.StatusOK), nil
}

func answer(status int) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{StatusCode: status, Headers: map[string]string{}}
}

// message answers a message of a client: by events to its connection.
func (c *call) message(ctx context.Context) {
	work := ctx
	if deadline, ok := ctx.Deadline(); ok {
		var end, cancel context.CancelFunc
		work, end = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer end()
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-parting))
		defer cancel()
	}
	started := time.Now()
	err := c.serve(work)
	c.count(ctx, telemetry.Value{Metric: contract.MetricTenantRequests, Value: 1})
	if err != nil {
		c.fail(ctx, err)
	}
	c.log.InfoContext(ctx, "answered", "milliseconds", time.Since(started).Milliseconds())
}

// serve answers the message of a person whose token is still good.
func (c *call) serve(ctx context.Context) error {
	if err := c.admit(); err != nil {
		return err
	}
	switch c.route {
	case contract.RouteChat:
		return c.chat(ctx)
	case contract.RouteStatus:
		return c.status(ctx)
	}
	if _, err := c.read(nil); err != nil {
		return err
	}
	return &refusal{code: contract.ChatUnknownRoute, detail: "There is no such action."}
}

// admit is whether the message may be taken: API Gateway authorizes when a
// client connects, and never again.
func (c *call) admit() error {
	var err error
	if c.who, err = tenant.FromWebSocket(c.event.RequestContext); err != nil {
		r := &refusal{code: contract.ChatUnauthorized, detail: "Connect anew.", closes: true, cause: err}
		var refused *tenant.RefusedError
		if errors.As(err, &refused) {
			r.security = contract.SecurityIdentityRefused
		}
		return r
	}
	c.log = c.log.With(contract.LogTenant, c.who.Tenant())
	if err := c.clients.Check(c.endpoint, c.id); err != nil {
		return err
	}
	if expiry, ok := c.expiry(); !ok || !c.now().Before(expiry) {
		return &refusal{code: contract.ChatUnauthorized, detail: "Your sign-in has expired: connect anew.", closes: true}
	}
	return nil
}

// expiry is when the token expires that the client connected with; false where
// that can't be read.
func (c *call) expiry() (time.Time, bool) {
	authorizer, _ := c.event.RequestContext.Authorizer.(map[string]any)
	text, _ := authorizer[contract.AuthorizerExpiry].(string)
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

// count puts a metric; one that is lost is only logged.
func (c *call) count(ctx context.Context, v telemetry.Value) {
	if err := c.metrics.Put(ctx, c.who.Tenant(), v); err != nil {
		c.log.WarnContext(ctx, "metric lost", "error", fault.Describe(err))
	}
}
