package main

import (
	"context"
	"errors"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// errRunning is the error of a message that another invocation answers: Lambda
// brings it again, when that one ended or broke off.
var errRunning = errors.New("the turn is being answered")

// handedOver answers a message of the websocket function. It returns nil where
// nothing is left to do: the turn is done, with an answer or with an error that
// no retry helps.
func (h handler) handedOver(ctx context.Context, payload []byte) error {
	started := h.now()
	in, err := handover(payload)
	if err != nil {
		h.log.ErrorContext(ctx, "refused", "error", err.Error())
		return err
	}
	identity, err := tenant.FromHandover(in)
	if err != nil {
		h.log.ErrorContext(ctx, "refused", contract.SecurityEventField, contract.SecurityIdentityRefused, "error", err.Error())
		return err
	}
	log := h.log.With(contract.LogTenant, identity.Tenant(), "turnId", in.TurnID)
	if !idPattern.MatchString(in.TurnID) {
		h.log.ErrorContext(ctx, "refused", contract.LogTenant, identity.Tenant(), "error", "the turn's id can't be one")
		return errPayload
	}
	if err := h.poster.Check(in.Endpoint, in.ConnectionID); err != nil {
		log.ErrorContext(ctx, "refused", "error", err.Error())
		return err
	}
	c, err := h.accept(ctx, identity, in, started)
	if err != nil {
		if errors.Is(err, errRunning) {
			log.InfoContext(ctx, "answered by another invocation")
			return err
		}
		return h.notBegun(ctx, identity, in, err)
	}
	if c == nil {
		log.InfoContext(ctx, "answered before")
		return nil
	}
	_, failed := h.converse(ctx, c, asked{in.ConversationID, in.TicketID, in.Message})
	again := failed != nil && failed.kind().again
	if again {
		return failed
	}
	log.InfoContext(ctx, "turn ended", "attempt", c.turn.Attempt, "milliseconds", h.now().Sub(started).Milliseconds())
	return nil
}

// accept claims the turn of a message; nil for one that is done. A message that
// is replayed after its turn expired begins it again.
func (h handler) accept(ctx context.Context, identity tenant.Identity, in contract.ChatHandover, started time.Time) (*chat, error) {
	scope, err := h.scopes.Scope(ctx, identity)
	if err != nil {
		return nil, err
	}
	turns, err := store.NewTurns(scope, h.names.connections, h.now)
	if err != nil {
		return nil, err
	}
	turn, claimed, err := turns.Claim(ctx, in.TurnID, lease(ctx))
	if errors.Is(err, store.ErrNotFound) {
		turn, claimed, err = claim(ctx, turns, expired(in))
	}
	switch {
	case err != nil:
		return nil, err
	case turn.Subject != in.Subject: // it was not handed over so
		if claimed {
			err = turns.Release(ctx, turn)
		}
		return nil, errors.Join(&failure{contract.ChatConflict, store.ErrKeyReused}, err)
	case claimed:
		return h.open(scope, turns, turn, true, asked{in.ConversationID, in.TicketID, in.Message}, started)
	case turn.State == contract.TurnDone:
		return nil, nil
	}
	return nil, errRunning
}

// expired is the turn of a message, as the websocket function put it.
func expired(in contract.ChatHandover) contract.Turn {
	turn := contract.Turn{
		TurnID: in.TurnID, Subject: in.Subject, ConversationID: in.ConversationID, ConnectionID: in.ConnectionID, Endpoint: in.Endpoint,
		Asked: store.Asked(in.ConversationID, in.TicketID, in.Message),
	}
	if at, err := time.Parse(time.RFC3339, in.AcceptedAt); err == nil {
		turn.AcceptedAt = store.Time(at)
	}
	return turn
}

// notBegun tells the client of a message whose turn could not be claimed. What
// the turn says is not known, so the event is of none.
func (h handler) notBegun(ctx context.Context, identity tenant.Identity, in contract.ChatHandover, err error) error {
	f := asFailure(err)
	log := h.log.With(contract.LogTenant, identity.Tenant(), "turnId", in.TurnID)
	log.ErrorContext(ctx, "not begun", "code", f.code, "error", f.Error())
	h.measure(ctx, identity.Tenant(), telemetry.Value{Metric: contract.MetricErrors, Value: 1})
	event := contract.ChatEvent{Type: contract.EventTypeError, TurnID: in.TurnID, Error: f.chatError()}
	if err := h.poster.Post(ctx, in.Endpoint, in.ConnectionID, encode(event)); err != nil {
		log.WarnContext(ctx, "the error was not sent", "error", fault.Describe(err))
	}
	if !f.kind().again {
		return nil
	}
	return f
}
