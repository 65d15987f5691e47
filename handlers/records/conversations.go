package main

import (
	"context"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

func (h handler) conversations(r rest.Request) (store.Conversations, error) {
	return store.NewConversations(r.Scope, h.names.conversations, h.now)
}

func (h handler) listConversations(ctx context.Context, r rest.Request) (rest.Answer, error) {
	conversations, err := h.conversations(r)
	if err != nil {
		return rest.Answer{}, err
	}
	return paged(ctx, h, r, func(at cursor.Position) (store.Page[contract.Conversation], error) {
		if ticket := r.Query["ticketId"]; ticket != "" {
			return conversations.OfTicket(ctx, ticket, r.Limit, at)
		}
		return conversations.List(ctx, r.Limit, at)
	})
}

func (h handler) getConversation(ctx context.Context, r rest.Request) (rest.Answer, error) {
	conversations, err := h.conversations(r)
	if err != nil {
		return rest.Answer{}, err
	}
	at, err := h.position(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	id := r.Params["id"]
	page, err := conversations.Messages(ctx, id, r.Limit, at)
	if err != nil {
		return rest.Answer{}, err
	}
	body, err := answerPage(ctx, h, r, page)
	return rest.Answer{Status: http.StatusOK, Body: contract.Transcript{ConversationID: id, Messages: body.Items, NextCursor: body.NextCursor}}, err
}
