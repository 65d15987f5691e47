package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// chatMessage is a message as its model has it.
type chatMessage struct{ Message, ConversationID, TicketID, TurnID string }

// chat accepts a message and hands it on to agent-invoke, whose events go to the
// client by themselves. The same message may come again, with its turn's id:
// after an error, or by a client that reconnected. It is answered once.
func (c *call) chat(ctx context.Context) error {
	if !c.who.HasRole(contract.RoleAdmin, contract.RoleAgent) {
		return &refusal{code: contract.ChatForbidden, detail: "Your role does not allow this.", security: contract.SecurityRoleRefused}
	}
	var m chatMessage
	if err := c.decode(&m); err != nil {
		return err
	}
	var err error
	if m.TurnID == "" {
		if m.TurnID, err = store.NewTurn(); err != nil {
			return err
		}
	}
	c.turnID = m.TurnID
	turns, err := c.turns(ctx)
	if err != nil {
		return err
	}
	turn, added, err := turns.Accept(ctx, contract.Turn{
		TurnID: m.TurnID, Subject: c.who.Subject(), Asked: store.Asked(m.ConversationID, m.TicketID, m.Message),
		ConversationID: m.ConversationID, ConnectionID: c.id, Endpoint: c.endpoint,
	})
	if err != nil {
		return err
	}
	if !added && turn.State != contract.TurnDone && (turn.ConnectionID != c.id || turn.Endpoint != c.endpoint) {
		if turn, err = turns.Rebind(ctx, m.TurnID, c.who.Subject(), c.id, c.endpoint, 0); err != nil {
			return err
		}
	}
	if turn.State == contract.TurnAccepted || c.abandoned(turn) {
		// Of several hand-overs of a turn, agent-invoke answers one.
		if err := c.handOn(ctx, m, turn); err != nil {
			return err
		}
	}
	if err := c.send(ctx, contract.ChatEvent{Type: contract.EventTypeAccepted, TurnID: m.TurnID, ConversationID: turn.ConversationID}); err != nil {
		return err
	}
	return c.replay(ctx, turn, 0)
}

// abandoned reports whether nobody answers a turn that somebody began to.
func (c *call) abandoned(turn contract.Turn) bool {
	return turn.State == contract.TurnRunning && turn.LeaseUntil <= c.now().UnixMilli()
}

// handOn invokes agent-invoke, asynchronously: Lambda keeps the message, tries
// it again, and puts it into the dead-letter queue in the end.
func (c *call) handOn(ctx context.Context, m chatMessage, turn contract.Turn) error {
	payload, err := json.Marshal(contract.ChatHandover{
		TenantID: c.who.Tenant(), Subject: c.who.Subject(), TurnID: m.TurnID, ConversationID: m.ConversationID, TicketID: m.TicketID,
		Message: m.Message, ConnectionID: c.id, Endpoint: c.endpoint, AcceptedAt: turn.AcceptedAt,
	})
	if err != nil {
		return fmt.Errorf("write the hand-over: %w", err)
	}
	out, err := c.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: aws.String(c.agentInvoke), InvocationType: types.InvocationTypeEvent, Payload: payload,
	})
	if err != nil {
		return fmt.Errorf("hand a message on: %w", err)
	}
	if out.StatusCode != http.StatusAccepted {
		return fmt.Errorf("hand a message on: status %d", out.StatusCode)
	}
	return nil
}
