package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Actions are a tenant's actions: their approval chains, and the tickets that
// they make.
type Actions struct {
	Audit
	tickets Tickets
}

// NewActions opens the tenant's parts of the audit and the tickets table.
func NewActions(scope tenant.Scope, auditTable, ticketsTable string, now Clock) (Actions, error) {
	audit, err := NewAudit(scope, auditTable, now)
	if err != nil {
		return Actions{}, err
	}
	tickets, err := NewTickets(scope, ticketsTable, now)
	return Actions{audit, tickets}, err
}

// begun is what is remembered of a request that made an action. Its steps are in
// its chain.
type begun struct {
	ActionID string `dynamodbav:"actionId"`
}

// Begun returns the id of the action that a request made before; empty where it
// made none. Its errors are ErrKeyReused and those of calls.
func (s Actions) Begun(ctx context.Context, r Request) (string, error) {
	before, err := recall[begun](ctx, s.tickets.t, r)
	return deref(before).Item.ActionID, err
}

// Begin makes an action of its first steps, once for a request with a key. The
// request is remembered in the tickets table, in the same transaction: items of
// the audit table never expire. It returns the id of the action that stands. Its
// errors are ErrKeyReused, ErrBusy, and those of calls.
func (s Actions) Begin(ctx context.Context, action string, r Request, steps ...contract.AuditItem) (string, error) {
	var writes []types.TransactWriteItem
	for _, step := range steps {
		step.ActionID = action
		put, err := s.append(&step)
		if err != nil {
			return "", err
		}
		writes = append(writes, types.TransactWriteItem{Put: put})
	}
	done, err := commit(ctx, s.tickets.t, r, begun{action}, nil, writes...)
	return done.Item.ActionID, err
}

// CreateTicket makes the ticket of an action together with the step that says
// so: both, or neither, and once however often it is called. It returns the
// item that stands as the action's outcome, which may be of another call. Its
// errors are ErrNotFound, of an id that no action can have, ErrBusy, and those
// of calls.
func (s Actions) CreateTicket(ctx context.Context, step contract.AuditItem, draft TicketDraft) (contract.AuditItem, error) {
	ticket, write, err := s.tickets.draft(draft)
	if err != nil {
		return contract.AuditItem{}, err
	}
	step.Step, step.TicketID = contract.ActionExecuted, ticket.TicketID
	put, err := s.append(&step)
	if err != nil {
		return contract.AuditItem{}, err
	}
	err = s.Audit.t.transact(ctx, types.TransactWriteItem{Put: put}, write)
	var failed *conditionError
	switch {
	case err == nil:
		return step, nil
	case errors.As(err, &failed) && failed.number == 0:
		var standing contract.AuditItem
		err := s.Audit.t.unmarshal(failed.found, &standing)
		return standing, err
	case errors.Is(err, ErrBusy): // who is in the way may have done it
		if standing, ok := s.outcome(ctx, step.ActionID); ok {
			return standing, nil
		}
	}
	return contract.AuditItem{}, err
}

func (s Actions) outcome(ctx context.Context, action string) (contract.AuditItem, bool) {
	chain, err := s.Chain(ctx, action)
	if err != nil {
		return contract.AuditItem{}, false
	}
	for _, item := range chain {
		if contract.AuditPlace(item.Step) == contract.AuditOutcome {
			return item, true
		}
	}
	return contract.AuditItem{}, false
}

// Created is the event of the ticket that CreateTicket made of the draft.
func (s Actions) Created(outcome contract.AuditItem, draft TicketDraft) Event {
	severity := draft.Severity
	if severity == 0 {
		severity = contract.DefaultSeverity
	}
	return *s.tickets.event(contract.EventTicketCreated, contract.Ticket{
		TicketID: outcome.TicketID, Version: 1, Status: contract.TicketOpen, Priority: draft.Priority, Severity: severity,
	})
}

// HasTicket reports whether the tenant has the ticket.
func (s Actions) HasTicket(ctx context.Context, id string) (bool, error) {
	_, err := s.tickets.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
