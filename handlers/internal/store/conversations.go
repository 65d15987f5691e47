package store

import (
	"context"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Conversations are a tenant's conversations.
type Conversations struct{ t table }

// NewConversations opens the tenant's part of the conversations table.
func NewConversations(scope tenant.Scope, tableName string, now Clock) (Conversations, error) {
	t, err := open(contract.Conversations, tableName, scope, now)
	return Conversations{t}, err
}

// The fixed parts of a message's sort key, contract.Conversations.SK.
const (
	conversationPrefix = "CONV#"
	messageInfix       = "#MSG#"
)

// maxTicketMessages is how many messages of a ticket are read to find its
// conversations.
const maxTicketMessages = 5000

// messagesPerRead is a query's limit where a list is put together.
const messagesPerRead = 500

// List returns the tenant's conversations, those that began last first. The
// table has an item a message, so each step reads the newest message below the
// last conversation found, and skips the rest of that one's.
func (s Conversations) List(ctx context.Context, limit int, at cursor.Position) (Page[contract.Conversation], error) {
	page := Page[contract.Conversation]{Items: []contract.Conversation{}}
	below, err := s.below(at)
	if err != nil {
		return page, err
	}
	for len(page.Items) < limit {
		next, err := query[contract.Conversation](ctx, s.t, selection{partition: s.t.partition(), from: conversationPrefix, to: below, newest: true}, 1, nil)
		if err != nil {
			return page, err
		}
		if len(next.Items) == 0 {
			return page, nil
		}
		id := next.Items[0].ConversationID
		// Less than all of its messages, and more than those of any other.
		if below, err = sortKey(conversationPrefix+"<id>#", id); err != nil {
			return page, err
		}
		page.Items = append(page.Items, next.Items[0])
	}
	page.Next = cursor.Position{s.t.schema.SK.Name: below}
	return page, nil
}

// below is the sort key that all further conversations' messages are less than.
func (s Conversations) below(at cursor.Position) (string, error) {
	if len(at) == 0 {
		return strings.TrimSuffix(conversationPrefix, "#") + "$", nil // "$" follows "#"
	}
	below := at[s.t.schema.SK.Name]
	if len(at) != 1 || !strings.HasPrefix(below, conversationPrefix) {
		return "", ErrPosition
	}
	return below, nil
}

// OfTicket returns the conversations that name the ticket, the ones with the
// newest message first. Its errors are ErrTooMany, *InvalidIDError and those of
// calls.
func (s Conversations) OfTicket(ctx context.Context, ticket string, limit int, at cursor.Position) (Page[contract.Conversation], error) {
	page := Page[contract.Conversation]{Items: []contract.Conversation{}}
	index := s.t.index(contract.GSI1)
	partition, err := sortKey(index.PK.Pattern, s.t.tenant, ticket)
	if err != nil {
		return page, err
	}
	after, ok := at["conversationId"]
	if len(at) > 0 && (len(at) != 1 || !ok) {
		return page, ErrPosition
	}
	all, err := s.distinct(ctx, selection{index: contract.GSI1, partition: partition, newest: true})
	if err != nil {
		return page, err
	}
	// A conversation that went to the front meanwhile is not shown twice: what
	// follows the last one shown goes on from where that one is now.
	if ok {
		i := slices.IndexFunc(all, func(c contract.Conversation) bool { return c.ConversationID == after })
		if i < 0 {
			return page, ErrPosition
		}
		all = all[i+1:]
	}
	page.Items = append(page.Items, all[:min(limit, len(all))]...)
	if len(all) > limit {
		page.Next = cursor.Position{"conversationId": page.Items[limit-1].ConversationID}
	}
	return page, nil
}

func (s Conversations) distinct(ctx context.Context, from selection) ([]contract.Conversation, error) {
	var all []contract.Conversation
	seen := map[string]bool{}
	var at cursor.Position
	for range maxTicketMessages / messagesPerRead {
		read, err := query[contract.Conversation](ctx, s.t, from, messagesPerRead, at)
		if err != nil {
			return nil, err
		}
		for _, c := range read.Items {
			if !seen[c.ConversationID] {
				seen[c.ConversationID] = true
				all = append(all, c)
			}
		}
		if at = read.Next; len(at) == 0 {
			return all, nil
		}
	}
	return nil, ErrTooMany
}

// Messages returns a conversation's messages, the oldest first. A conversation
// without messages is none: ErrNotFound.
func (s Conversations) Messages(ctx context.Context, conversation string, limit int, at cursor.Position) (Page[contract.Message], error) {
	prefix, err := sortKey(conversationPrefix+"<id>"+messageInfix, conversation)
	if err != nil {
		return Page[contract.Message]{}, ErrNotFound // no conversation has such an id
	}
	page, err := query[contract.Message](ctx, s.t, selection{partition: s.t.partition(), begins: prefix}, limit, at)
	if err == nil && len(page.Items) == 0 && len(at) == 0 {
		err = ErrNotFound
	}
	return page, err
}
