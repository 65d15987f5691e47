package main

import (
	"context"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

func (h handler) tickets(r rest.Request) (store.Tickets, error) {
	return store.NewTickets(r.Scope, h.names.tickets, h.now)
}

func (h handler) listTickets(ctx context.Context, r rest.Request) (rest.Answer, error) {
	tickets, err := h.tickets(r)
	if err != nil {
		return rest.Answer{}, err
	}
	return paged(ctx, h, r, func(at cursor.Position) (store.Page[contract.Ticket], error) {
		return tickets.List(ctx, r.Query["status"], r.Limit, at)
	})
}

func (h handler) getTicket(ctx context.Context, r rest.Request) (rest.Answer, error) {
	tickets, err := h.tickets(r)
	if err != nil {
		return rest.Answer{}, err
	}
	ticket, err := tickets.Get(ctx, r.Params["id"])
	return rest.Answer{Status: http.StatusOK, Body: ticket}, err
}

func (h handler) createTicket(ctx context.Context, r rest.Request) (rest.Answer, error) {
	var body struct {
		Subject, Description, Priority, Category, ConversationID string
		Severity                                                 int
	}
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	tickets, err := h.tickets(r)
	if err != nil {
		return rest.Answer{}, err
	}
	written, err := tickets.Create(ctx, store.TicketDraft{
		Subject: body.Subject, Description: body.Description, Priority: body.Priority, Category: body.Category,
		Severity: body.Severity, ConversationID: body.ConversationID,
	}, r.Write)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{
		Status: http.StatusCreated, Body: written.Item, Headers: map[string]string{"Location": "/tickets/" + written.Item.TicketID},
	}, h.tell(ctx, r, written.Event, tickets.Told)
}

func (h handler) updateTicket(ctx context.Context, r rest.Request) (rest.Answer, error) {
	var body struct {
		Version                                int
		Status, Priority, Category, AssignedTo *string
		Severity                               *int
	}
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	tickets, err := h.tickets(r)
	if err != nil {
		return rest.Answer{}, err
	}
	written, err := tickets.Update(ctx, r.Params["id"], body.Version, store.TicketChange{
		Status: body.Status, Priority: body.Priority, Category: body.Category, AssignedTo: body.AssignedTo, Severity: body.Severity,
	}, r.Write)
	if err != nil {
		return rest.Answer{}, err
	}
	return rest.Answer{Status: http.StatusOK, Body: written.Item}, h.tell(ctx, r, written.Event, tickets.Told)
}
