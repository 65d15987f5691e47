package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
)

// How text is sent on its way: in pieces of at least deltaSize bytes, or every
// deltaTime.
const (
	deltaSize = 512
	deltaTime = 100 * time.Millisecond
	// maxEvents is how many events an attempt sends at the most before its last
	// one. Every event stays in memory until the turn is done.
	maxEvents = contract.TurnEventsMax - 100
	// maxSources is how many sources and actions are sent before the answer, which
	// has them all.
	maxSources = 40
	// maxFailures is how many times in a row sending may fail until only the last
	// event is tried again.
	maxFailures = 3
)

// poster sends messages to connections.
type poster interface {
	Post(ctx context.Context, endpoint, connectionID string, message []byte) error
}

// outbox sends a turn's events to its connection, in their order, and keeps them
// for another one that the client may come with. It is for one goroutine.
type outbox struct {
	log    *slog.Logger
	poster poster
	now    store.Clock
	after  func(time.Duration) <-chan time.Time
	reread func(context.Context) (contract.Turn, error)

	turn     contract.Turn // as it was when it was read last
	events   []contract.ChatEvent
	sent     int // number of the last event that the connection has
	gone     bool
	failures int // in a row

	text    strings.Builder // that was not sent yet
	flushed time.Time
	sources int
	first   time.Time // when the first event came; zero before
}

func (o *outbox) base() int { return contract.EventBase(o.turn.Attempt) }

// add numbers an event.
func (o *outbox) add(e contract.ChatEvent) {
	e.TurnID, e.ConversationID, e.Number = o.turn.TurnID, o.turn.ConversationID, o.base()+len(o.events)+1
	if o.turn.Attempt > 1 {
		e.Attempt = o.turn.Attempt
	}
	o.events = append(o.events, e)
}

// take sends an event of the agent on, or keeps it for a little while.
func (o *outbox) take(ctx context.Context, e contract.AgentEvent) {
	if o.first.IsZero() {
		o.first = o.now()
	}
	if len(o.events) >= maxEvents {
		return
	}
	switch e.Type {
	case contract.AgentEventDelta:
		o.text.WriteString(e.Text)
		if o.text.Len() >= deltaSize || o.wait() <= 0 {
			o.flush(ctx)
		}
		return
	case contract.AgentEventCitation, contract.AgentEventAction:
		if o.sources++; o.sources > maxSources {
			return
		}
	}
	o.drain()
	o.add(contract.ChatEvent{Type: e.Type, Citation: e.Citation, Action: e.Action}) // these two have the same name for clients
	o.try(ctx)
}

// wait is how long the text that was not sent may still stay.
func (o *outbox) wait() time.Duration { return deltaTime - o.now().Sub(o.flushed) }

// due is when flush is to be called; never, where there is nothing to send.
func (o *outbox) due() <-chan time.Time {
	if o.text.Len() == 0 {
		return nil
	}
	return o.after(max(o.wait(), 0))
}

// drain makes an event of the text that was not sent.
func (o *outbox) drain() {
	if o.text.Len() > 0 {
		o.add(contract.ChatEvent{Type: contract.EventTypeDelta, Text: o.text.String()})
		o.text.Reset()
	}
}

// flush sends the text that was not sent.
func (o *outbox) flush(ctx context.Context) {
	o.drain()
	o.try(ctx)
	o.flushed = o.now()
}

// try sends what the connection lacks. What fails is sent with the next event.
func (o *outbox) try(ctx context.Context) {
	if o.failures >= maxFailures {
		return
	}
	if err := o.deliver(ctx); err != nil {
		o.failures++
		o.log.WarnContext(ctx, "an event was not sent", "error", fault.Describe(err))
		return
	}
	o.failures = 0
}

// deliver sends what the connection lacks. A connection that is gone is no
// error: where the client came with another one, that gets what it lacks.
func (o *outbox) deliver(ctx context.Context) error {
	for !o.gone && o.turn.ConnectionID != "" {
		e, ok := o.next()
		if !ok {
			return nil
		}
		err := o.poster.Post(ctx, o.turn.Endpoint, o.turn.ConnectionID, encode(e))
		switch {
		case err == nil:
			o.sent = e.Number
		case errors.Is(err, connection.ErrGone), errors.Is(err, connection.ErrEndpoint):
			if errors.Is(err, connection.ErrEndpoint) {
				o.log.ErrorContext(ctx, "the turn's endpoint is none", "error", err.Error())
			}
			if err := o.follow(ctx); err != nil {
				return err
			}
		default:
			return err
		}
	}
	return nil
}

// next is the first event that the connection lacks.
func (o *outbox) next() (contract.ChatEvent, bool) {
	at := max(o.sent-o.base(), 0)
	if at >= len(o.events) {
		return contract.ChatEvent{}, false
	}
	return o.events[at], true
}

// follow looks where the client is now.
func (o *outbox) follow(ctx context.Context) error {
	o.gone = true
	now, err := o.reread(ctx)
	if err != nil {
		o.gone = false // it is not known: the next event asks again
		return err
	}
	if now.Binding != o.turn.Binding {
		o.adopt(now)
	}
	return nil
}

// adopt has the events go where the turn says now, from the last one on that
// the client saw.
func (o *outbox) adopt(now contract.Turn) {
	o.turn.ConnectionID, o.turn.Endpoint, o.turn.Binding, o.turn.SeenEvent = now.ConnectionID, now.Endpoint, now.Binding, now.SeenEvent
	o.sent = min(max(now.SeenEvent, o.base()), o.base()+len(o.events))
	o.gone, o.failures = false, 0
}
