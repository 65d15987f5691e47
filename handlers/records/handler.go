package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// waits ends the waits of the ingestion state machine.
type waits interface {
	SendTaskSuccess(context.Context, *sfn.SendTaskSuccessInput, ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error)
	SendTaskFailure(context.Context, *sfn.SendTaskFailureInput, ...func(*sfn.Options)) (*sfn.SendTaskFailureOutput, error)
}

// names are the names of what holds the tenants' data.
type names struct{ tickets, conversations, metadata, documents string }

// handler answers the REST routes of tickets, documents and conversations.
type handler struct {
	log     *slog.Logger
	metrics *telemetry.Metrics
	origins cors.Origins
	scopes  rest.Scopes
	keys    rest.Keys
	cursors cursor.Codec
	bus     bus.Bus
	waits   waits
	names   names
	now     store.Clock
}

func (h handler) api() (*rest.API, error) {
	return rest.New(contract.Records, map[string]rest.Endpoint{
		"GET /conversations":           h.listConversations,
		"GET /conversations/{id}":      h.getConversation,
		"GET /tickets":                 h.listTickets,
		"POST /tickets":                h.createTicket,
		"GET /tickets/{id}":            h.getTicket,
		"PATCH /tickets/{id}":          h.updateTicket,
		"GET /documents":               h.listDocuments,
		"POST /documents":              h.createDocument,
		"GET /documents/{id}":          h.getDocument,
		"DELETE /documents/{id}":       h.deleteDocument,
		"PUT /documents/{id}/approval": h.decideDocument,
	}, rest.Options{Scopes: h.scopes, Keys: h.keys, Origins: h.origins, Log: h.log, Metrics: h.metrics})
}

// cursorList is the list that a request's cursors are bound to: path and
// filters.
func cursorList(r rest.Request) cursor.List {
	query := url.Values{}
	for name, value := range r.Query {
		query.Set(name, value)
	}
	path := r.Route.Path
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(r.Params[name]))
	}
	return cursor.List{Tenant: r.Identity.Tenant(), Query: path + "?" + query.Encode()}
}

// position is where the request's page begins.
func (h handler) position(ctx context.Context, r rest.Request) (cursor.Position, error) {
	if r.Cursor == "" {
		return nil, nil
	}
	return h.cursors.Decode(ctx, cursorList(r), r.Cursor)
}

// answerPage is a page as the answer to the request.
func answerPage[T any](ctx context.Context, h handler, r rest.Request, page store.Page[T]) (contract.Page[T], error) {
	next, err := h.cursors.Encode(ctx, cursorList(r), page.Next)
	return contract.Page[T]{Items: page.Items, NextCursor: next}, err
}

// paged answers with a page that read reads.
func paged[T any](ctx context.Context, h handler, r rest.Request, read func(cursor.Position) (store.Page[T], error)) (rest.Answer, error) {
	at, err := h.position(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	page, err := read(at)
	if err != nil {
		return rest.Answer{}, err
	}
	body, err := answerPage(ctx, h, r, page)
	return rest.Answer{Status: http.StatusOK, Body: body}, err
}

// tell publishes the event of a write and records that it did. Where the write
// can be sent again by its key, one that was not told of fails, and is told of
// when it is sent again. Without a key nobody could do that without writing
// twice: the write stands, and the log says what is missing.
func (h handler) tell(ctx context.Context, r rest.Request, event *store.Event, told func(context.Context, store.Request) error) error {
	if event == nil {
		return nil
	}
	if err := h.bus.Publish(ctx, event.Type, event.Detail); err != nil {
		if r.Write.Key != "" {
			return err
		}
		h.log.ErrorContext(ctx, "event lost", contract.LogTenant, r.Identity.Tenant(), "event", event.Type, "detail", event.Detail, "error", fault.Describe(err))
		return nil
	}
	if err := told(ctx, r.Write); err != nil {
		// It is told once more if the request comes again; nothing is lost.
		h.log.WarnContext(ctx, "event told, not recorded", contract.LogTenant, r.Identity.Tenant(), "event", event.Type, "error", fault.Describe(err))
	}
	return nil
}
