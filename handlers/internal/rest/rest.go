// Package rest serves a function's routes of the REST API: it finds the route in
// contract.Routes, checks who asks, the API key, the query and the body, opens
// the tenant's scope, calls the route's endpoint, and writes every error as a
// problem.
package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/schema"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// reserve is how long before Lambda's own timeout a request gives up, so that
// it can still answer.
const reserve = 500 * time.Millisecond

// Request is a request that passed all checks that are not the endpoint's own.
type Request struct {
	ID       string // API Gateway's
	Identity tenant.Identity
	Scope    tenant.Scope
	Route    contract.Route
	Params   map[string]string // of the path
	Query    map[string]string // without limit and cursor
	Limit    int               // items of a page
	Cursor   string            // empty for a list's beginning
	Body     []byte            // JSON that the route's model allows
	Write    store.Request     // of a write
}

// Decode reads the body.
func (r Request) Decode(into any) error {
	if err := json.Unmarshal(r.Body, into); err != nil {
		return Invalid("body", "is not as its model says") // such as 1e99 for an integer
	}
	return nil
}

// Answer is what an endpoint answers. A nil Body is none.
type Answer struct {
	Status  int
	Body    any
	Headers map[string]string
}

// Endpoint answers a route's requests.
type Endpoint func(context.Context, Request) (Answer, error)

// Scopes opens tenants' scopes.
type Scopes interface {
	Scope(context.Context, tenant.Identity) (tenant.Scope, error)
}

// Keys tells the id of a tenant's API key. An error, or an empty id, lets nobody
// in.
type Keys interface {
	KeyID(context.Context, tenant.Scope) (string, error)
}

// Options are what an API is made of.
type Options struct {
	Scopes  Scopes
	Keys    Keys
	Origins cors.Origins
	Log     *slog.Logger
	Metrics *telemetry.Metrics // counts requests and server errors, by tenant
}

// API serves the routes of one function.
type API struct {
	Options
	routes map[string]served
}

type served struct {
	route    contract.Route
	model    *schema.Schema // nil without a body
	endpoint Endpoint
}

// New returns the API of fn's routes. It needs an endpoint for each of them, by
// method and path ("GET /tickets/{id}"), and takes no other.
func New(fn contract.Function, endpoints map[string]Endpoint, o Options) (*API, error) {
	api := &API{Options: o, routes: map[string]served{}}
	if err := api.serve(fn, contract.Routes(), endpoints); err != nil {
		return nil, err
	}
	return api, nil
}

// serve takes up the routes that are the function's.
func (a *API) serve(fn contract.Function, routes []contract.Route, endpoints map[string]Endpoint) error {
	for _, route := range routes {
		if route.Function.Name != fn.Name {
			continue
		}
		if err := route.Check(); err != nil {
			return err
		}
		at := route.Method + " " + route.Path
		s := served{route: route, endpoint: endpoints[at]}
		if s.endpoint == nil {
			return fmt.Errorf("%s has no endpoint", at)
		}
		if route.Body != "" {
			var err error
			if s.model, err = schema.Model(route.Body); err != nil {
				return err
			}
		}
		a.routes[at] = s
	}
	if len(a.routes) != len(endpoints) {
		return fmt.Errorf("%s has %d routes and %d endpoints", fn.Name, len(a.routes), len(endpoints))
	}
	return nil
}

// Handle answers an event of API Gateway. It never returns an error: that would
// be an answer without CORS headers.
func (a *API) Handle(ctx context.Context, event events.APIGatewayProxyRequest) (response events.APIGatewayProxyResponse, _ error) {
	started := time.Now()
	id := event.RequestContext.RequestID
	log := a.Log.With("method", event.HTTPMethod, "route", event.Resource, "apiRequestId", id)
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	defer func() {
		if trouble := recover(); trouble != nil {
			// The value may quote the request; its type does not.
			log.ErrorContext(ctx, "panic", "type", fmt.Sprintf("%T", trouble))
			response = a.failure(ctx, log, event, fmt.Errorf("panic"))
		}
		maps.Copy(response.Headers, a.headers(event))
		a.count(ctx, log, event, response.StatusCode)
		log.InfoContext(ctx, "answered", "status", response.StatusCode, "milliseconds", time.Since(started).Milliseconds())
	}()
	answer, err := a.answer(ctx, &log, event)
	if err != nil {
		return a.failure(ctx, log, event, err), nil
	}
	response, err = success(answer)
	if err != nil {
		return a.failure(ctx, log, event, err), nil
	}
	return response, nil
}

// count counts a request of a tenant, as far as it is known whose it is.
func (a *API) count(ctx context.Context, log *slog.Logger, event events.APIGatewayProxyRequest, status int) {
	identity, err := tenant.FromREST(event.RequestContext)
	if err != nil {
		return
	}
	failed := 0.0
	if status >= http.StatusInternalServerError {
		failed = 1
	}
	values := []telemetry.Value{{Metric: contract.MetricTenantRequests, Value: 1}, {Metric: contract.MetricErrors, Value: failed}}
	if err := a.Metrics.Put(ctx, identity.Tenant(), values...); err != nil {
		log.WarnContext(ctx, "metric lost", "error", err.Error())
	}
}

func (a *API) answer(ctx context.Context, log **slog.Logger, event events.APIGatewayProxyRequest) (Answer, error) {
	at, ok := a.routes[event.HTTPMethod+" "+event.Resource]
	if !ok {
		return Answer{}, &Error{Status: http.StatusNotFound, Detail: "There is no such route."}
	}
	if forOperators(at.route) {
		return a.answerOperator(ctx, log, at, event)
	}
	identity, err := tenant.FromREST(event.RequestContext)
	if err != nil {
		return Answer{}, err
	}
	*log = (*log).With(contract.LogTenant, identity.Tenant())
	if !identity.HasRole(at.route.Roles...) {
		return Answer{}, &Error{Status: http.StatusForbidden, Detail: "Your role does not allow this.", Security: contract.SecurityRoleRefused}
	}
	if at.route.NeedsKey() && event.RequestContext.Identity.APIKeyID == "" {
		return Answer{}, keyRefused("The tenant's API key is missing.")
	}
	request := Request{ID: event.RequestContext.RequestID, Identity: identity, Route: at.route, Params: event.PathParameters}
	if err := request.read(event, at.model); err != nil {
		return Answer{}, err
	}
	if request.Scope, err = a.Scopes.Scope(ctx, identity); err != nil {
		return Answer{}, err
	}
	if at.route.NeedsKey() {
		if err := a.checkKey(ctx, request.Scope, event.RequestContext.Identity.APIKeyID); err != nil {
			return Answer{}, err
		}
	}
	return at.endpoint(ctx, request)
}

// answerOperator answers a request on a route that operators may use.
func (a *API) answerOperator(ctx context.Context, log **slog.Logger, at served, event events.APIGatewayProxyRequest) (Answer, error) {
	who, err := whoAsks(at.route, event)
	if err != nil {
		return Answer{}, err
	}
	request := Request{ID: event.RequestContext.RequestID, Route: at.route, Params: event.PathParameters}
	if err := request.read(event, at.model); err != nil {
		return Answer{}, err
	}
	if request.Identity, err = who.identity(request); err != nil {
		return Answer{}, err
	}
	if request.Write.Key != "" {
		request.Write.Subject = request.Identity.Subject()
	}
	*log = (*log).With(contract.LogTenant, request.Identity.Tenant())
	if request.Scope, err = a.Scopes.Scope(ctx, request.Identity); err != nil {
		return Answer{}, err
	}
	return at.endpoint(ctx, request)
}

// checkKey refuses an API key that is not the tenant's own: its quota would be
// another's. A tenant without an agent has none.
func (a *API) checkKey(ctx context.Context, scope tenant.Scope, key string) error {
	own, err := a.Keys.KeyID(ctx, scope)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("look up the API key: %w", err)
	}
	if own == "" || own != key {
		return keyRefused("The API key is not the tenant's.")
	}
	return nil
}

func keyRefused(detail string) error {
	return &Error{Status: http.StatusForbidden, Detail: detail, Security: contract.SecurityKeyRefused}
}

func success(answer Answer) (events.APIGatewayProxyResponse, error) {
	// Answers are a person's own: no cache keeps them.
	response := events.APIGatewayProxyResponse{StatusCode: answer.Status, Headers: map[string]string{"Cache-Control": "no-store"}}
	if answer.Body != nil {
		body, err := json.Marshal(answer.Body)
		if err != nil {
			return response, fmt.Errorf("write the answer: %w", err)
		}
		response.Body = string(body)
		response.Headers["Content-Type"] = "application/json"
	}
	maps.Copy(response.Headers, answer.Headers)
	return response, nil
}

// headers are of every answer.
func (a *API) headers(event events.APIGatewayProxyRequest) map[string]string {
	headers := a.Origins.Headers(event.Headers)
	if _, allowed := headers["Access-Control-Allow-Origin"]; allowed {
		headers["Access-Control-Expose-Headers"] = "Location, Retry-After, " + contract.HeaderRequestID
	}
	if id := event.RequestContext.RequestID; id != "" {
		headers[contract.HeaderRequestID] = id
	}
	return headers
}
