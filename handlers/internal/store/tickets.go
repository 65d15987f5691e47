package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Tickets are a tenant's tickets.
type Tickets struct{ t table }

// NewTickets opens the tenant's part of the tickets table.
func NewTickets(scope tenant.Scope, tableName string, now Clock) (Tickets, error) {
	t, err := open(contract.Tickets, tableName, scope, now)
	return Tickets{t}, err
}

// TicketDraft is what a ticket is made from.
type TicketDraft struct {
	Subject, Description, Priority, Category string
	Severity                                 int    // 1 to 5; 0 for contract.DefaultSeverity
	ConversationID                           string // empty for none
}

// TicketChange is what changes in a ticket: what is not nil.
type TicketChange struct {
	Status, Priority, Category, AssignedTo *string
	Severity                               *int
}

// newID is an id that sorts by the time of its making (UUID version 7).
func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// Create makes a ticket. Its errors are ErrKeyReused, ErrBusy, and those of
// calls.
func (s Tickets) Create(ctx context.Context, draft TicketDraft, r Request) (Written[contract.Ticket], error) {
	if before, err := recall[contract.Ticket](ctx, s.t, r); before != nil || err != nil {
		return deref(before), err
	}
	ticket, write, err := s.draft(draft)
	if err != nil {
		return Written[contract.Ticket]{}, err
	}
	return commit(ctx, s.t, r, ticket, s.event(contract.EventTicketCreated, ticket), write)
}

// draft is a new ticket, and the write that makes it.
func (s Tickets) draft(draft TicketDraft) (contract.Ticket, types.TransactWriteItem, error) {
	id, err := newID()
	if err != nil {
		return contract.Ticket{}, types.TransactWriteItem{}, err
	}
	now := Time(s.t.now())
	ticket := contract.Ticket{
		TenantID: s.t.tenant, TicketID: id, Version: 1, Status: contract.TicketOpen, Priority: draft.Priority, Subject: draft.Subject,
		Description: draft.Description, Category: draft.Category, Severity: draft.Severity, CreatedAt: now, UpdatedAt: now, ConversationIDs: []string{},
	}
	if ticket.Severity == 0 {
		ticket.Severity = contract.DefaultSeverity
	}
	if draft.ConversationID != "" {
		ticket.ConversationIDs = append(ticket.ConversationIDs, draft.ConversationID)
	}
	sort, err := sortKey(contract.Tickets.SK.Pattern, id)
	if err != nil {
		return ticket, types.TransactWriteItem{}, err
	}
	put, err := s.t.marshal(ticket, sort, s.indexes(ticket))
	if err != nil {
		return ticket, types.TransactWriteItem{}, err
	}
	write, err := s.t.put(put, expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)))
	return ticket, write, err
}

// indexes are a ticket's keys in the table's indexes.
func (s Tickets) indexes(ticket contract.Ticket) map[string]string {
	status, updated := s.t.index(contract.GSI1), s.t.index(contract.GSI2)
	return map[string]string{
		status.PK.Name:  must(contract.Key(status.PK.Pattern, s.t.tenant, ticket.Status)),
		status.SK.Name:  must(contract.Key(status.SK.Pattern, ticket.CreatedAt)),
		updated.PK.Name: must(contract.Key(updated.PK.Pattern, s.t.tenant)),
		updated.SK.Name: must(contract.Key(updated.SK.Pattern, ticket.UpdatedAt)),
	}
}

func (s Tickets) event(kind string, ticket contract.Ticket) *Event {
	return event(kind, contract.TicketDetail{
		TenantID: s.t.tenant, TicketID: ticket.TicketID, Version: ticket.Version, Status: ticket.Status, Priority: ticket.Priority, Severity: ticket.Severity,
	})
}

func event(kind string, detail any) *Event {
	text, _ := json.Marshal(detail) // strings and ints: it can't fail
	return &Event{Type: kind, Detail: string(text)}
}

func deref[T any](w *Written[T]) Written[T] {
	if w == nil {
		return Written[T]{}
	}
	return *w
}

// Get returns a ticket, or ErrNotFound.
func (s Tickets) Get(ctx context.Context, id string) (contract.Ticket, error) {
	var ticket contract.Ticket
	sort, err := sortKey(contract.Tickets.SK.Pattern, id)
	if err != nil {
		return ticket, ErrNotFound // no ticket has such an id
	}
	return ticket, s.t.get(ctx, sort, &ticket)
}

// Update changes a ticket that has the version. Its errors are ErrNotFound,
// *ConflictError, ErrKeyReused, ErrBusy, and those of calls.
func (s Tickets) Update(ctx context.Context, id string, version int, change TicketChange, r Request) (Written[contract.Ticket], error) {
	if before, err := recall[contract.Ticket](ctx, s.t, r); before != nil || err != nil {
		return deref(before), err
	}
	ticket, err := s.Get(ctx, id)
	if err != nil {
		return Written[contract.Ticket]{}, err
	}
	if ticket.Version != version {
		return Written[contract.Ticket]{}, changed(ticket.Version)
	}
	set := expression.UpdateBuilder{}
	for name, field := range map[string]struct {
		from *string
		to   *string
	}{
		"status": {change.Status, &ticket.Status}, "priority": {change.Priority, &ticket.Priority},
		"category": {change.Category, &ticket.Category}, "assignedTo": {change.AssignedTo, &ticket.AssignedTo},
	} {
		if field.from != nil {
			*field.to = *field.from
			set = set.Set(expression.Name(name), expression.Value(*field.from))
		}
	}
	if change.Severity != nil {
		ticket.Severity = *change.Severity
		set = set.Set(expression.Name("severity"), expression.Value(ticket.Severity))
	}
	ticket.Version, ticket.UpdatedAt = version+1, Time(s.t.now())
	set = set.Set(expression.Name("version"), expression.Value(ticket.Version)).Set(expression.Name("updatedAt"), expression.Value(ticket.UpdatedAt))
	for name, value := range s.indexes(ticket) {
		set = set.Set(expression.Name(name), expression.Value(value))
	}
	sort, err := sortKey(contract.Tickets.SK.Pattern, id)
	if err != nil {
		return Written[contract.Ticket]{}, err
	}
	write, err := s.t.update(sort, set, expression.Name("version").Equal(expression.Value(version)))
	if err != nil {
		return Written[contract.Ticket]{}, err
	}
	done, err := commit(ctx, s.t, r, ticket, s.event(contract.EventTicketUpdated, ticket), write)
	var failed *conditionError
	if errors.As(err, &failed) {
		if len(failed.found) == 0 {
			return done, ErrNotFound
		}
		var now contract.Ticket
		if err := s.t.unmarshal(failed.found, &now); err != nil {
			return done, err
		}
		return done, changed(now.Version)
	}
	return done, err
}

func changed(current int) error {
	return &ConflictError{Current: current, Reason: "it was changed since that version"}
}

// List returns tickets: all of them by their last change, or those of a status
// by their making; the newest first.
func (s Tickets) List(ctx context.Context, status string, limit int, at cursor.Position) (Page[contract.Ticket], error) {
	name, values := contract.GSI2, []string{s.t.tenant}
	if status != "" {
		name, values = contract.GSI1, append(values, status)
	}
	index := s.t.index(name)
	partition, err := sortKey(index.PK.Pattern, values...)
	if err != nil {
		return Page[contract.Ticket]{}, err
	}
	return query[contract.Ticket](ctx, s.t, selection{index: name, partition: partition, newest: true}, limit, at)
}

// Told records that the event of a write was told to others.
func (s Tickets) Told(ctx context.Context, r Request) error { return s.t.told(ctx, r) }
