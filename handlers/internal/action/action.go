// Package action takes a tenant's actions from request to outcome: a person
// confirms or refuses them, and what was confirmed is carried out.
//
// Each step is an item of the audit table, added where its place is free, and
// nothing else is remembered. So a decision is taken once, an outcome stands
// once, and whoever sends a confirmation again goes on where the last one
// stopped, wherever that was:
//
//   - A ticket and the step that says so are one transaction: there is one ticket.
//   - A request for logs is that step: collectors subscribe to its event.
//   - A hand-over to people is an event, and the step after it: a crash between
//     them calls people twice rather than not at all.
//
// Events come at least once. They are published after the step that they are
// about, and a last step says that they were; while it is missing, they are
// published again.
package action

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Reasons of an action that failed, for people.
const (
	reasonDisabled = "the tenant's agent may not use this tool"
	reasonInput    = "the input is not what the tool takes"
)

// Actions are one tenant's actions.
type Actions struct {
	Store store.Actions
	Bus   bus.Bus
	// Agent is the tenant's agent, whose tools say what may be done. Its error
	// store.ErrNotFound lets nothing be done.
	Agent func(context.Context) (contract.AgentConfiguration, error)
	Tools Tools
	Log   *slog.Logger
	Now   store.Clock
}

// Decision is what a person decides on an action.
type Decision struct {
	Type     string // of the action, as the person takes it to be
	ActionID string
	Confirm  bool   // or refuse
	By       string // the person's "sub"
}

func (d Decision) step() string {
	if d.Confirm {
		return contract.ActionConfirmed
	}
	return contract.ActionRefused
}

// Decided is an action after a decision.
type Decided struct {
	Action contract.Action
	// Accepted: this call confirmed what the agent had asked for.
	Accepted bool
}

// Decide records a decision, and carries out what is confirmed. The same decision
// may be sent again. Its errors are store.ErrNotFound, *store.ConflictError of an
// action that was decided otherwise or has expired, store.ErrBusy, and those of
// calls: after them the same decision can be sent again.
func (a Actions) Decide(ctx context.Context, d Decision) (Decided, error) {
	c, err := a.read(ctx, d.ActionID)
	if err != nil {
		return Decided{}, err
	}
	if c.request.Type != d.Type {
		return Decided{}, store.ErrNotFound
	}
	expiry, err := expires(d.ActionID)
	if err != nil {
		return Decided{}, err
	}
	added := false
	if c.decision == nil {
		if c.outcome != nil {
			return Decided{}, &store.ConflictError{Reason: "it needed no decision and is done"}
		}
		if added, err = a.decide(ctx, &c, d, expiry); err != nil {
			return Decided{}, err
		}
	}
	switch c.decision.Step {
	case d.step():
	case contract.ActionExpired:
		return Decided{}, &store.ConflictError{Reason: "it has expired"}
	default:
		return Decided{}, &store.ConflictError{Reason: "it was decided otherwise: " + c.decision.Step}
	}
	decided := Decided{Accepted: added && d.Confirm && c.request.By == contract.ByAgent}
	if d.Confirm {
		err = a.carryOut(ctx, &c)
	}
	decided.Action = c.action(expiry)
	return decided, err
}

func (a Actions) read(ctx context.Context, id string) (chain, error) {
	items, err := a.Store.Chain(ctx, id)
	if err != nil {
		return chain{}, err
	}
	return readChain(items)
}

// decide takes the place of the decision; the one that stands there is c's
// afterwards. It reports whether that is this one.
func (a Actions) decide(ctx context.Context, c *chain, d Decision, expiry time.Time) (bool, error) {
	step := c.step(d.step(), d.By)
	if !a.Now().Before(expiry) {
		step = c.step(contract.ActionExpired, contract.BySystem)
	}
	standing, added, err := a.Store.Append(ctx, step)
	c.decision = &standing
	return added, err
}

// carryOut does what is confirmed, or goes on with it.
func (a Actions) carryOut(ctx context.Context, c *chain) error {
	if c.outcome == nil {
		standing, err := a.execute(ctx, *c)
		if err != nil {
			return err
		}
		c.outcome = &standing
	}
	if c.outcome.Step == contract.ActionExecuted && c.told == nil {
		return a.tell(ctx, *c)
	}
	return nil
}

// execute takes the place of the outcome and returns what stands there.
func (a Actions) execute(ctx context.Context, c chain) (contract.AuditItem, error) {
	enabled, err := a.enabled(ctx, c.request.Type)
	if err != nil {
		return contract.AuditItem{}, err
	}
	if !enabled {
		return a.fail(ctx, c, reasonDisabled)
	}
	step := c.step(contract.ActionExecuted, contract.BySystem)
	switch c.request.Type {
	case contract.ToolCreateTicket:
		draft, err := readDraft(*c.request)
		if err != nil {
			return a.fail(ctx, c, reasonInput)
		}
		return a.Store.CreateTicket(ctx, step, draft)
	case contract.ToolEscalateToHuman:
		severity, err := readSeverity(c.request.Input)
		if err != nil {
			return a.fail(ctx, c, reasonInput)
		}
		if err := a.Bus.Tell(ctx, contract.EventEscalation, contract.EscalationDetail{
			TenantID: c.request.TenantID, ConversationID: idOnly(c.request.ConversationID), TicketID: idOnly(c.request.TicketID), Severity: severity,
		}); err != nil {
			return contract.AuditItem{}, err
		}
	case contract.ToolRequestLogs:
		if _, err := readSpan(c.request.Input); err != nil {
			return a.fail(ctx, c, reasonInput)
		}
	default:
		return contract.AuditItem{}, fmt.Errorf("an action of type %q is confirmed", c.request.Type)
	}
	standing, _, err := a.Store.Append(ctx, step)
	return standing, err
}

// fail ends an action that no retry helps.
func (a Actions) fail(ctx context.Context, c chain, reason string) (contract.AuditItem, error) {
	step := c.step(contract.ActionFailed, contract.BySystem)
	step.Reason = reason
	standing, _, err := a.Store.Append(ctx, step)
	return standing, err
}

// enabled reports whether the tenant's agent has the tool. One that is not listed
// is as the contract has it.
func (a Actions) enabled(ctx context.Context, tool string) (bool, error) {
	t, err := a.tool(ctx, tool)
	return t.Enabled, err
}

func (a Actions) tool(ctx context.Context, name string) (contract.AgentTool, error) {
	agent, err := a.Agent(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return contract.AgentTool{Name: name}, nil
	}
	if err != nil {
		return contract.AgentTool{}, fmt.Errorf("look up the tenant's tools: %w", err)
	}
	found := contract.AgentTool{Name: name, Enabled: true}
	for _, t := range agent.Tools {
		if t.Name == name {
			found = t
		}
	}
	// A tenant can want more confirmation than the contract, not less.
	found.RequiresConfirmation = found.RequiresConfirmation || a.Tools.NeedsConfirmation(name)
	return found, nil
}

// tell publishes the events of what was executed, and records that it did.
func (a Actions) tell(ctx context.Context, c chain) error {
	r, o := c.request, *c.outcome
	d := contract.ActionDetail{TenantID: r.TenantID, ActionID: r.ActionID, Type: r.Type, ConversationID: idOnly(r.ConversationID), TicketID: idOnly(o.TicketID)}
	switch r.Type {
	case contract.ToolCreateTicket:
		draft, err := readDraft(*r)
		if err != nil {
			return err
		}
		created := a.Store.Created(o, draft)
		if err := a.Bus.Publish(ctx, created.Type, created.Detail); err != nil {
			return err
		}
	case contract.ToolRequestLogs:
		s, err := readSpan(r.Input)
		if err != nil {
			return err
		}
		d.From, d.To = store.Time(s.from), store.Time(s.to)
	default:
		return nil // its event came before its outcome
	}
	if err := a.Bus.Tell(ctx, contract.EventActionExecuted, d); err != nil {
		return err
	}
	if _, _, err := a.Store.Append(ctx, c.step(contract.ActionTold, contract.BySystem)); err != nil {
		// They are told once more if the confirmation comes again; nothing is lost.
		a.Log.WarnContext(ctx, "events told, not recorded", contract.LogTenant, r.TenantID, "actionId", r.ActionID, "error", fault.Describe(err))
	}
	return nil
}
