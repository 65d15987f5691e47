package main

import (
	"context"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// status tells the state of the connection; or, of a turn that the message
// names, its state and what the client missed of it.
func (c *call) status(ctx context.Context) error {
	var m struct {
		TurnID    string
		LastEvent int
	}
	if err := c.decode(&m); err != nil {
		return err
	}
	if m.TurnID == "" {
		return c.send(ctx, contract.ChatEvent{Type: contract.EventTypeStatus, State: contract.StateOpen})
	}
	c.turnID = m.TurnID
	turns, err := c.turns(ctx)
	if err != nil {
		return err
	}
	turn, err := turns.Get(ctx, m.TurnID)
	if err != nil {
		return err
	}
	if turn.Subject != c.who.Subject() {
		return store.ErrNotFound
	}
	if turn.State != contract.TurnDone {
		// Whoever answers it, now or later, sends the rest here. It may be done
		// meanwhile.
		if turn, err = turns.Rebind(ctx, m.TurnID, c.who.Subject(), c.id, c.endpoint, m.LastEvent); err != nil {
			return err
		}
	}
	if c.abandoned(turn) {
		return &refusal{code: contract.ChatNotReplayed, detail: "The answer broke off. Send the message again.", retryAfter: retryAfter}
	}
	if err := c.send(ctx, contract.ChatEvent{Type: contract.EventTypeStatus, TurnID: m.TurnID, ConversationID: turn.ConversationID, State: turn.State}); err != nil {
		return err
	}
	return c.replay(ctx, turn, m.LastEvent)
}

// replay sends the events of a turn that is done, after one of them. Its deltas
// are not kept: the last event has the whole text.
func (c *call) replay(ctx context.Context, turn contract.Turn, after int) error {
	if turn.State != contract.TurnDone {
		return nil
	}
	for _, e := range turn.Events {
		if e.Number <= after {
			continue
		}
		if err := c.send(ctx, e); err != nil {
			return err
		}
	}
	return nil
}
