package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/session"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// chat is a message that is being answered.
type chat struct {
	scope         tenant.Scope
	turns         store.Turns
	conversations store.Conversations
	turn          contract.Turn // claimed, or of a request that nobody repeats
	kept          bool          // the turn is an item
	begins        bool          // a conversation
	ticket        string
	message       string
	ids           store.TurnIDs
	out           *outbox
	answered      bool // there is an answer, and all that it brings with it
	started       time.Time
}

// asked is what a message asks.
type asked struct{ conversation, ticket, message string }

// ids are what ids of conversations and tickets can look like. A ticket's goes
// into an escalation's event, which is mailed: it is not for words.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// check refuses a message that can't be answered.
func (a asked) check() error {
	switch {
	case a.message == "" || utf8.RuneCountInString(a.message) > contract.ChatMessageMax:
		return &failure{contract.ChatInvalid, errors.New("the message is empty or too long")}
	case a.ticket != "" && !idPattern.MatchString(a.ticket):
		return &failure{contract.ChatInvalid, errors.New("the ticket's id can't be one")}
	case a.conversation != "" && !idPattern.MatchString(a.conversation):
		return &failure{contract.ChatNotFound, errors.New("the conversation's id can't be one")}
	}
	return nil
}

// open makes the chat of a turn.
func (h handler) open(scope tenant.Scope, turns store.Turns, turn contract.Turn, kept bool, a asked, started time.Time) (*chat, error) {
	turn.TenantID = scope.Tenant()
	ids, err := store.IDsOf(turn)
	if err != nil {
		return nil, err
	}
	c := &chat{scope: scope, turns: turns, kept: kept, begins: a.conversation == "", ticket: a.ticket, message: a.message, ids: ids, started: started}
	if turn.ConversationID = a.conversation; c.begins {
		turn.ConversationID = ids.Conversation
	}
	c.turn = turn
	c.out = &outbox{
		log: h.log.With(contract.LogTenant, scope.Tenant(), "turnId", turn.TurnID), poster: h.poster, now: h.now, after: h.after, turn: turn,
		reread: func(ctx context.Context) (contract.Turn, error) { return turns.Get(ctx, turn.TurnID) },
	}
	c.out.sent = c.out.base()
	c.conversations, err = store.NewConversations(scope, h.names.conversations, h.now)
	return c, err
}

// converse answers a message and ends its turn. Where that fails it says so to
// the client, and ends the turn or gives it back, as the failure is.
func (h handler) converse(ctx context.Context, c *chat, a asked) (contract.ChatAnswer, *failure) {
	work, cancel := endBefore(ctx, failureReserve)
	defer cancel()
	err := a.check()
	var answer contract.ChatAnswer
	if err == nil {
		answer, err = h.answer(work, c)
	}
	if err == nil {
		return answer, nil
	}
	if c.answered && c.turn.ConnectionID == "" {
		// The request has its answer, which is kept; that it was given is not.
		h.log.WarnContext(ctx, "the turn did not end", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID, "error", fault.Describe(err))
		h.giveBack(ctx, c)
		return answer, nil
	}
	f := asFailure(err)
	h.log.WarnContext(ctx, "no answer", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID, "attempt", c.turn.Attempt, "code", f.code, "error", f.Error())
	h.measureFailure(ctx, c, f)
	if err := h.fail(ctx, c, f); err != nil {
		h.log.ErrorContext(ctx, "the turn did not end", contract.LogTenant, c.scope.Tenant(), "turnId", c.turn.TurnID, "error", fault.Describe(err))
		if !f.kind().again { // what was decided is not recorded: decide again
			h.giveBack(ctx, c)
			return contract.ChatAnswer{}, &failure{contract.ChatUnavailable, err}
		}
	}
	return contract.ChatAnswer{}, f
}

// answer has the message answered, or goes on where another attempt broke off:
// the answer's message is where a turn stands. What comes before it is done
// again by each attempt; what comes after it goes by it alone.
func (h handler) answer(ctx context.Context, c *chat) (contract.ChatAnswer, error) {
	m, err := c.answerBefore(ctx)
	if err != nil {
		return contract.ChatAnswer{}, err
	}
	var answer contract.ChatAnswer
	if m != nil {
		answer = answerOf(*m)
	} else if m, answer, err = h.consult(ctx, c); err != nil {
		return contract.ChatAnswer{}, err
	}
	if answer.Escalated, err = h.escalate(ctx, c, *m); err != nil {
		return contract.ChatAnswer{}, err
	}
	c.answered = true
	kept := answerOf(*m)
	kept.Escalated = answer.Escalated
	return answer, h.end(ctx, c, contract.ChatEvent{Type: contract.EventTypeDone, Answer: &answer}, contract.ChatEvent{Type: contract.EventTypeDone, Answer: &kept})
}

// answerBefore is the answer of an attempt before; nil where there is none.
func (c *chat) answerBefore(ctx context.Context) (*contract.Message, error) {
	if c.turn.Attempt <= 1 {
		return nil, nil
	}
	m, err := c.conversations.Message(ctx, c.turn.ConversationID, c.ids.Answer)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &m, err
}

// consult asks the tenant's agent, and writes question and answer.
func (h handler) consult(ctx context.Context, c *chat) (*contract.Message, contract.ChatAnswer, error) {
	var none contract.ChatAnswer
	if err := c.findConversation(ctx); err != nil {
		return nil, none, err
	}
	agent, err := h.agents.Get(ctx, c.scope)
	if errors.Is(err, store.ErrNotFound) || (err == nil && (agent.AgentARN == "" || agent.AgentAliasID == "")) {
		return nil, none, &failure{code: contract.ChatNoAgent}
	}
	if err != nil {
		return nil, none, err
	}
	if _, _, err := c.conversations.Put(ctx, c.question(store.Time(h.now()))); err != nil {
		return nil, none, err
	}
	id, err := h.sessions.ID(ctx, session.Conversation{Tenant: c.scope.Tenant(), Subject: c.turn.Subject, ID: c.turn.ConversationID})
	if err != nil {
		return nil, none, err
	}
	given, err := h.ask(ctx, c, agentcore.Question{Agent: agent, Session: id, Request: contract.AgentRequest{
		TenantID: c.scope.Tenant(), ConversationID: c.turn.ConversationID, TurnID: c.turn.TurnID, Subject: c.turn.Subject, TicketID: c.ticket, Message: c.message,
	}})
	if err != nil {
		return nil, none, err
	}
	standing, first, err := c.conversations.Put(ctx, c.reply(given, store.Time(h.now())))
	if err != nil {
		return nil, none, err
	}
	h.measureAnswer(ctx, c, given, first)
	if !first { // another attempt was faster: all say the same
		return &standing, answerOf(standing), nil
	}
	answer := answerOf(standing)
	answer.Text, answer.Citations, answer.PendingActions = given.Text, orEmpty(given.Citations), orEmpty(given.PendingActions)
	return &standing, answer, nil
}

// findConversation looks whether the conversation is there. A message that names
// no ticket is about the one that the conversation was about last.
func (c *chat) findConversation(ctx context.Context) error {
	if c.begins {
		return nil
	}
	newest, err := c.conversations.Newest(ctx, c.turn.ConversationID)
	if err != nil {
		return err
	}
	if c.ticket == "" {
		c.ticket = newest.TicketID
	}
	return nil
}

// ask asks the agent and sends the events of its answer on as they come.
func (h handler) ask(ctx context.Context, c *chat, q agentcore.Question) (contract.AgentAnswer, error) {
	ctx, cancel := endBefore(ctx, answerReserve-failureReserve)
	defer cancel()
	config, err := c.scope.Config()
	if err != nil {
		return contract.AgentAnswer{}, err
	}
	agent := h.agent(config)
	events := make(chan contract.AgentEvent, 64)
	var answer contract.AgentAnswer
	go func() {
		defer close(events)
		defer func() {
			if trouble := recover(); trouble != nil {
				// The value may quote the answer; its type does not.
				err = fmt.Errorf("panic of %T", trouble)
			}
		}()
		answer, err = agentcore.Ask(ctx, agent, q, func(e contract.AgentEvent) {
			select {
			case events <- e:
			case <-ctx.Done():
			}
		})
	}()
	for {
		select {
		case e, more := <-events:
			if !more { // text that was not sent is in the answer
				return answer, err
			}
			c.out.take(ctx, e)
		case <-c.out.due():
			c.out.flush(ctx)
		case <-ctx.Done(): // should the agent's client not see it
			return contract.AgentAnswer{}, &agentcore.Failure{Code: contract.AgentErrorTimeout, Cause: ctx.Err()}
		}
	}
}
