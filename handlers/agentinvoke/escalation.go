package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// escalate calls a person where the answer says so, and reports whether one was
// called. It can be done again at any point: the event comes at least once, and
// once where nothing breaks off between it and its record.
func (h handler) escalate(ctx context.Context, c *chat, m contract.Message) (bool, error) {
	a := m.Escalation
	if a == nil {
		return false, nil
	}
	audit, err := store.NewAudit(c.scope, h.names.audit, h.now)
	if err != nil {
		return false, err
	}
	done, err := executed(ctx, audit, c, a.ActionID)
	if err != nil {
		return false, err
	}
	if !done {
		if err := h.call(ctx, audit, c, *a); err != nil {
			return false, err
		}
	}
	first, err := c.conversations.Escalated(ctx, c.turn.ConversationID, c.turn.TurnID)
	if err != nil {
		return false, err
	}
	if first {
		h.measure(ctx, c.scope.Tenant(), telemetry.Value{Metric: contract.MetricDeflections, Value: -1})
	}
	return true, nil
}

// executed reports whether an attempt before called the person.
func executed(ctx context.Context, audit store.Audit, c *chat, action string) (bool, error) {
	if c.turn.Attempt <= 1 {
		return false, nil
	}
	steps, err := audit.Chain(ctx, action)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	return slices.ContainsFunc(steps, func(s contract.AuditItem) bool { return s.Step == contract.ActionExecuted }), nil
}

// call publishes the escalation and records it.
func (h handler) call(ctx context.Context, audit store.Audit, c *chat, a contract.Action) error {
	if err := h.bus.Tell(ctx, contract.EventEscalation, contract.EscalationDetail{
		TenantID: c.scope.Tenant(), ConversationID: c.turn.ConversationID, TicketID: c.ticket, Severity: severity(a.Input),
	}); err != nil {
		return err
	}
	_, _, err := audit.Append(ctx, contract.AuditItem{
		ActionID: a.ActionID, Type: a.Type, Step: contract.ActionExecuted, By: contract.BySystem, ConversationID: c.turn.ConversationID, TicketID: c.ticket,
	})
	return err
}

// severity is that of an escalation's input, and the usual one where it names
// none that can be one.
func severity(input json.RawMessage) int {
	var in struct {
		Severity int `json:"severity"`
	}
	if json.Unmarshal(input, &in) != nil || in.Severity < 1 || in.Severity > 5 {
		return contract.DefaultSeverity
	}
	return in.Severity
}
