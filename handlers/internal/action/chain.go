package action

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// chain is an action's items by their places; nil for one that is not there.
type chain struct{ request, decision, outcome, told *contract.AuditItem }

// readChain sorts the items of an action. An action without a request is none.
func readChain(items []contract.AuditItem) (chain, error) {
	var c chain
	for n, item := range items {
		switch contract.AuditPlace(item.Step) {
		case contract.AuditRequest:
			c.request = &items[n]
		case contract.AuditDecision:
			c.decision = &items[n]
		case contract.AuditOutcome:
			c.outcome = &items[n]
		case contract.AuditTold:
			c.told = &items[n]
		default:
			return chain{}, fmt.Errorf("an action has a step %q", item.Step)
		}
	}
	if c.request == nil {
		return chain{}, store.ErrNotFound
	}
	return c, nil
}

// step is the action's next item: what is the same in all of them, and which
// step it is by whom.
func (c chain) step(step, by string) contract.AuditItem {
	r := c.request
	return contract.AuditItem{ActionID: r.ActionID, Type: r.Type, Step: step, By: by, ConversationID: r.ConversationID, TicketID: r.TicketID}
}

// action is the action as people see it.
func (c chain) action(expires time.Time) contract.Action {
	r := c.request
	a := contract.Action{
		ActionID: r.ActionID, Type: r.Type, Step: r.Step, ConversationID: r.ConversationID, TicketID: r.TicketID, ExpiresAt: store.Time(expires),
	}
	if json.Valid([]byte(r.Input)) {
		a.Input = json.RawMessage(r.Input)
	}
	if c.decision != nil {
		a.Step = c.decision.Step
	}
	if c.outcome != nil {
		a.Step, a.Reason = c.outcome.Step, c.outcome.Reason
		if c.outcome.TicketID != "" {
			a.TicketID = c.outcome.TicketID
		}
	}
	return a
}

// expires is when an action can no more be confirmed. It is counted from the
// time in its id, which its key holds too: what its request says of it is for
// people.
func expires(action string) (time.Time, error) {
	requested, err := store.ActionTime(action)
	return requested.Add(contract.ActionLifetime), err
}
