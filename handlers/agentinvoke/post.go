package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// chatRequest is the model ChatRequest.
type chatRequest struct {
	Message        string `json:"message"`
	ConversationID string `json:"conversationId"`
	TicketID       string `json:"ticketId"`
}

// post answers POST /chat. With an idempotency key the message is a turn: it is
// answered once, and its answer is given again, redacted as it is kept.
func (h handler) post(ctx context.Context, r rest.Request) (rest.Answer, error) {
	started := h.now()
	var body chatRequest
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	a := asked{body.ConversationID, body.TicketID, body.Message}
	if err := a.check(); err != nil { // no turn for what can't be one
		return rest.Answer{}, asFailure(err).restError()
	}
	turns, err := store.NewTurns(r.Scope, h.names.connections, h.now)
	if err != nil {
		return rest.Answer{}, err
	}
	turn := contract.Turn{Subject: r.Identity.Subject(), ConversationID: a.conversation, Asked: store.Asked(a.conversation, a.ticket, a.message)}
	kept := r.Write.Key != ""
	if kept {
		turn.TurnID = store.KeyedTurn(turn.Subject, r.Write.Key)
		var claimed bool
		if turn, claimed, err = claim(ctx, turns, turn); err != nil {
			return rest.Answer{}, err
		}
		if !claimed {
			return h.again(turn)
		}
	} else {
		if turn.TurnID, err = store.NewTurn(); err != nil {
			return rest.Answer{}, err
		}
		turn.AcceptedAt, turn.Attempt = store.Time(started), 1
	}
	c, err := h.open(r.Scope, turns, turn, kept, a, started)
	if err != nil {
		return rest.Answer{}, err
	}
	answer, failed := h.converse(ctx, c, a)
	if failed != nil {
		return rest.Answer{}, failed.restError()
	}
	return rest.Answer{Status: http.StatusOK, Body: answer}, nil
}

// claim puts a turn, if it is not there, and claims it. It returns false for one
// that is done, or is being answered.
func claim(ctx context.Context, turns store.Turns, turn contract.Turn) (contract.Turn, bool, error) {
	there, _, err := turns.Accept(ctx, turn)
	if err != nil || there.State == contract.TurnDone {
		return there, false, err
	}
	mine, claimed, err := turns.Claim(ctx, turn.TurnID, lease(ctx))
	if errors.Is(err, store.ErrNotFound) { // it expired between the two
		err = fmt.Errorf("claim a turn: %w", store.ErrBusy)
	}
	return mine, claimed, err
}

// again is the answer to a request that came before.
func (h handler) again(turn contract.Turn) (rest.Answer, error) {
	if turn.State != contract.TurnDone {
		left := time.UnixMilli(turn.LeaseUntil).Sub(h.now())
		return rest.Answer{}, &rest.Error{
			Status: http.StatusConflict, Detail: "The same request is being answered.", RetryAfter: min(max(int(left/time.Second), 1), retryAfter),
		}
	}
	if len(turn.Events) > 0 {
		switch last := turn.Events[len(turn.Events)-1]; {
		case last.Answer != nil:
			return rest.Answer{Status: http.StatusOK, Body: last.Answer}, nil
		case last.Error != nil:
			if _, ok := kinds[last.Error.Code]; ok {
				return rest.Answer{}, (&failure{code: last.Error.Code}).restError()
			}
		}
	}
	return rest.Answer{}, (&failure{code: contract.ChatFailed}).restError()
}
