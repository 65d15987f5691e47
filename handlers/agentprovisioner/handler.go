package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Times of a request's work.
const (
	// budget is how long a request works: API Gateway waits 29 s for an answer
	// (quotas, integration timeout), and the result has to be written and sent.
	budget = 24 * time.Second
	// hold is how long a tenant is a request's own: longer than it works, so that
	// nobody else begins before it has ended, even if it never says so.
	hold = time.Minute
	// poll is the pause before something is looked at again.
	poll = 2 * time.Second
	// wrapUp is how long the writing of a result may take beyond the budget.
	wrapUp = 3 * time.Second
)

// settings are where the function is and what it makes.
type settings struct {
	environment, logLevel, region string
	boundaryARN                   string // of every tenant's role
	bucket, bundleKey, definition string // the agent bucket and its object keys
	subnets, groups               []string
	searchFunction, userPool      string
	parameters                    string // path of the parameters
	agents, audit                 string // names of the tables
	dataMachine                   string // ARN of the state machine that erases tenants' data
}

// handler answers the REST routes of agents.
type handler struct {
	log      *slog.Logger
	metrics  *telemetry.Metrics
	origins  cors.Origins
	scopes   rest.Scopes
	aws      clients
	bus      bus.Bus
	settings settings
	now      store.Clock
	// sleep ends after d, or with the context and its error.
	sleep func(ctx context.Context, d time.Duration) error
}

func (h handler) api() (*rest.API, error) {
	return rest.New(contract.AgentProvisioner, map[string]rest.Endpoint{
		"POST /agents":              h.onboard,
		"GET /agents/{tenantId}":    h.show,
		"PUT /agents/{tenantId}":    h.change,
		"DELETE /agents/{tenantId}": h.offboard,
	}, rest.Options{Scopes: h.scopes, Keys: noKeys{}, Origins: h.origins, Log: h.log, Metrics: h.metrics})
}

// noKeys knows no API key: none of the routes takes one, and one that did would
// let nobody in.
type noKeys struct{}

func (noKeys) KeyID(context.Context, tenant.Scope) (string, error) { return "", store.ErrNotFound }
