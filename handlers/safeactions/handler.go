package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/action"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// handler answers POST /actions/{type}.
type handler struct {
	log            *slog.Logger
	metrics        *telemetry.Metrics
	origins        cors.Origins
	scopes         rest.Scopes
	agents         *store.AgentCache // of the tenants' API keys and tools
	bus            bus.Bus
	tools          action.Tools
	audit, tickets string // names of the tables
	now            store.Clock
}

func (h handler) api() (*rest.API, error) {
	return rest.New(contract.SafeActions, map[string]rest.Endpoint{"POST /actions/{type}": h.post}, rest.Options{
		Scopes: h.scopes, Keys: h.agents, Origins: h.origins, Log: h.log, Metrics: h.metrics,
	})
}

// retryAfter is what a client is asked to wait where others did the same at
// once, in seconds.
const retryAfter = 1

// post decides on an action, or makes one. A decision is the same however often
// it comes and needs no idempotency key; what makes an action is done once for a
// key.
func (h handler) post(ctx context.Context, r rest.Request) (rest.Answer, error) {
	kind := r.Params["type"]
	if !slices.Contains(contract.ActionTypes, kind) {
		return rest.Answer{}, &rest.Error{Status: http.StatusNotFound, Detail: "There is no such type of action."}
	}
	var body struct {
		ActionID, Decision       string
		Input                    json.RawMessage
		ConversationID, TicketID string
	}
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	actions, err := h.actions(r)
	if err != nil {
		return rest.Answer{}, err
	}
	if body.Decision == "" {
		input, wrong := h.tools.Redacted(kind, body.Input)
		if len(wrong) > 0 {
			return rest.Answer{}, &rest.Error{Status: http.StatusBadRequest, Detail: "The action's input is not valid.", Fields: wrong}
		}
		made, err := actions.Begin(ctx, action.Wish{
			Type: kind, Input: input, ConversationID: body.ConversationID, TicketID: body.TicketID, By: r.Identity.Subject(),
		}, r.Write)
		return rest.Answer{Status: http.StatusCreated, Body: made}, busy(err)
	}
	decided, err := actions.Decide(ctx, action.Decision{
		Type: kind, ActionID: body.ActionID, Confirm: body.Decision == contract.DecisionConfirm, By: r.Identity.Subject(),
	})
	if decided.Accepted { // even where carrying it out failed: the person wanted it
		if err := h.metrics.Put(ctx, r.Identity.Tenant(), telemetry.Value{Metric: contract.MetricSuggestionsAccepted, Value: 1}); err != nil {
			h.log.WarnContext(ctx, "metric lost", contract.LogTenant, r.Identity.Tenant(), "error", fault.Describe(err))
		}
	}
	return rest.Answer{Status: http.StatusOK, Body: decided.Action}, busy(err)
}

// busy is err, with an answer of its own where others did the same at once: some
// of the action's steps may stand.
func busy(err error) error {
	if !errors.Is(err, store.ErrBusy) {
		return err
	}
	return &rest.Error{
		Status: http.StatusServiceUnavailable, Detail: "Others are doing the same now. Send the request again.", RetryAfter: retryAfter, Cause: err,
	}
}

// actions are those of the request's tenant.
func (h handler) actions(r rest.Request) (action.Actions, error) {
	s, err := store.NewActions(r.Scope, h.audit, h.tickets, h.now)
	return action.Actions{
		Store: s, Bus: h.bus, Tools: h.tools, Log: h.log, Now: h.now,
		Agent: func(ctx context.Context) (contract.AgentConfiguration, error) { return h.agents.Get(ctx, r.Scope) },
	}, err
}
