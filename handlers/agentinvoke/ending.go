package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
)

// maxMoves is how often a client may come with another connection while its turn
// ends.
const maxMoves = 5

// end sends the last event and ends the turn with it; kept is that event,
// redacted. An answer that was not sent is not done: another attempt sends it.
func (h handler) end(ctx context.Context, c *chat, last, kept contract.ChatEvent) error {
	o := c.out
	if o.first.IsZero() {
		o.first = h.now()
	}
	o.text.Reset()
	o.add(last)
	numbered := o.events[len(o.events)-1]
	kept.TurnID, kept.ConversationID, kept.Number, kept.Attempt = numbered.TurnID, numbered.ConversationID, numbered.Number, numbered.Attempt
	if err := o.deliver(ctx); err != nil {
		return fmt.Errorf("send the answer: %w", err)
	}
	if !c.kept {
		return nil
	}
	return h.finish(ctx, c, stored(o.events, kept))
}

// finish ends the turn where its events are where the client is. A client that
// came with another connection gets there what it missed, first.
func (h handler) finish(ctx context.Context, c *chat, events []contract.ChatEvent) error {
	for range maxMoves {
		now, done, err := c.turns.Finish(ctx, c.out.turn, events)
		switch {
		case errors.Is(err, store.ErrLost), errors.Is(err, store.ErrNotFound):
			// Whoever has it sends the same answer; of one that expired nobody asks.
			h.log.WarnContext(ctx, "the turn is another one's", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID)
			return nil
		case err != nil || done:
			return err
		}
		c.out.adopt(now)
		if err := c.out.deliver(ctx); err != nil {
			return fmt.Errorf("send the answer: %w", err)
		}
	}
	return fmt.Errorf("end a turn: %w", store.ErrBusy)
}

// fail tells the client why there is no answer, each time that there is none. It
// ends the turn where no other attempt can succeed, and gives it back
// otherwise.
func (h handler) fail(ctx context.Context, c *chat, f *failure) error {
	event := contract.ChatEvent{Type: contract.EventTypeError, Error: f.chatError()}
	if f.kind().again {
		if !c.answered { // otherwise the client has the answer, or gets it by another attempt
			c.out.drain()
			c.out.add(event)
			if err := c.out.deliver(ctx); err != nil {
				h.log.WarnContext(ctx, "the error was not sent", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID, "error", fault.Describe(err))
			}
		}
		if !c.kept {
			return nil
		}
		return c.turns.Release(ctx, c.turn)
	}
	return h.end(ctx, c, event, event)
}

// giveBack releases a turn that could not be ended. One that can't be released
// either is free when its lease ends.
func (h handler) giveBack(ctx context.Context, c *chat) {
	if !c.kept {
		return
	}
	if err := c.turns.Release(ctx, c.turn); err != nil {
		h.log.WarnContext(ctx, "the turn was not given back", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID, "error", fault.Describe(err))
	}
}
