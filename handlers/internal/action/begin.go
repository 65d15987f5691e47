package action

import (
	"context"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Wish is an action that a person asks for.
type Wish struct {
	Type           string
	Input          string // as Tools.Redacted returned it
	ConversationID string // that it is about; may be empty
	TicketID       string // that it is about; may be empty
	By             string // the person's "sub"
}

// Begin makes a person's action, once for a request with a key. It is left
// pending where its tool needs confirmation. Where it needs none, asking is
// confirming: it is carried out, and the same request goes on where the last
// one stopped. Its errors are *rest.Error of a wish that can't be, and those of
// Decide.
func (a Actions) Begin(ctx context.Context, w Wish, r store.Request) (contract.Action, error) {
	id, err := a.Store.Begun(ctx, r)
	if err != nil {
		return contract.Action{}, err
	}
	if id == "" {
		if id, err = a.begin(ctx, w, r); err != nil {
			return contract.Action{}, err
		}
	}
	c, err := a.read(ctx, id)
	if err != nil {
		return contract.Action{}, err
	}
	expiry, err := expires(id)
	if err != nil {
		return contract.Action{}, err
	}
	if c.decision != nil && c.decision.Step == contract.ActionConfirmed {
		err = a.carryOut(ctx, &c)
	}
	return c.action(expiry), err
}

func (a Actions) begin(ctx context.Context, w Wish, r store.Request) (string, error) {
	tool, err := a.tool(ctx, w.Type)
	if err != nil {
		return "", err
	}
	if !tool.Enabled {
		return "", &rest.Error{Status: http.StatusConflict, Detail: "It can't be done: " + reasonDisabled + "."}
	}
	if w.TicketID != "" {
		if w.Type == contract.ToolCreateTicket {
			return "", rest.Invalid("ticketId", "is made by the action, not taken")
		}
		if has, err := a.Store.HasTicket(ctx, w.TicketID); err != nil {
			return "", err
		} else if !has {
			return "", rest.Invalid("ticketId", "is of no ticket")
		}
	}
	id, err := store.NewActionID(a.Now())
	if err != nil {
		return "", err
	}
	expiry, err := expires(id)
	if err != nil {
		return "", err
	}
	requested := contract.AuditItem{
		Type: w.Type, Step: contract.ActionRequested, By: w.By, ConversationID: w.ConversationID, TicketID: w.TicketID,
		Input: w.Input, ExpiresAt: store.Time(expiry),
	}
	steps := []contract.AuditItem{requested}
	if !tool.RequiresConfirmation {
		confirmed := requested
		confirmed.Step, confirmed.Input, confirmed.ExpiresAt = contract.ActionConfirmed, "", ""
		steps = append(steps, confirmed)
	}
	return a.Store.Begin(ctx, id, r, steps...)
}
