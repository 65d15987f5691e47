package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/problem"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// retryAfter is what a client is asked to wait, in seconds, where waiting helps.
const retryAfter = 2

// Error is an error that a client may know as it is.
type Error struct {
	Status     int
	Detail     string
	Fields     []problem.Field
	Current    int    // version; 0 for none
	RetryAfter int    // seconds; 0 for none
	Security   string // value of contract.SecurityEventField; empty for none
	Cause      error  // for the log
}

func (e *Error) Error() string {
	text := strconv.Itoa(e.Status) + ": " + e.Detail
	if e.Cause != nil {
		text += ": " + fault.Describe(e.Cause)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid is the error of a request with one wrong field.
func Invalid(field, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Detail: "The request is not valid.", Fields: []problem.Field{{Field: field, Detail: detail}}}
}

// asError says what a client may know of err.
func asError(err error) *Error {
	var own *Error
	var refused *tenant.RefusedError
	var conflict *store.ConflictError
	var id *store.InvalidIDError
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, tenant.ErrUnauthenticated):
		return &Error{Status: http.StatusUnauthorized, Detail: "Sign in first."}
	case errors.As(err, &refused):
		return &Error{Status: http.StatusForbidden, Detail: "You belong to no tenant that this could be done for.", Security: contract.SecurityIdentityRefused, Cause: err}
	case errors.Is(err, store.ErrNotFound):
		return &Error{Status: http.StatusNotFound, Detail: "There is no such item."}
	case errors.As(err, &conflict):
		return &Error{Status: http.StatusConflict, Detail: "The item is not as the request takes it to be: " + conflict.Reason + ".", Current: conflict.Current}
	case errors.Is(err, store.ErrKeyReused):
		return &Error{Status: http.StatusUnprocessableEntity, Detail: "The idempotency key was used for another request."}
	case errors.Is(err, store.ErrTooMany):
		return &Error{Status: http.StatusUnprocessableEntity, Detail: "There are too many items to list them so."}
	case errors.Is(err, store.ErrBusy):
		return &Error{Status: http.StatusServiceUnavailable, Detail: "Others are writing to the same item. Nothing was changed.", RetryAfter: retryAfter, Cause: err}
	case errors.As(err, &id):
		return Invalid("request", "has an id that can't be one")
	case errors.Is(err, cursor.ErrForged):
		e := Invalid("query.cursor", "is not one of this list")
		e.Security = contract.SecurityCursorForged
		return e
	case errors.Is(err, cursor.ErrMalformed), errors.Is(err, store.ErrPosition):
		return Invalid("query.cursor", "is not one of this list")
	case errors.Is(err, cursor.ErrExpired):
		return Invalid("query.cursor", "has expired")
	}
	return trouble(err)
}

// trouble is what a client may know of an error that is not its own.
func trouble(err error) *Error {
	switch fault.Of(err) {
	case fault.Throttled:
		return &Error{Status: http.StatusTooManyRequests, Detail: "There are too many requests now.", RetryAfter: retryAfter, Cause: err}
	case fault.Unavailable:
		return &Error{Status: http.StatusServiceUnavailable, Detail: "A service that this needs is out of reach.", RetryAfter: retryAfter, Cause: err}
	case fault.Timeout:
		return &Error{Status: http.StatusGatewayTimeout, Detail: "It took too long.", Cause: err}
	case fault.Refused:
		return &Error{Status: http.StatusBadGateway, Detail: "A service that this needs refused.", Cause: err}
	}
	return &Error{Status: http.StatusInternalServerError, Detail: "Something went wrong.", Cause: err}
}

// failure is err as an answer, and in the log what support and security need.
func (a *API) failure(ctx context.Context, log *slog.Logger, event events.APIGatewayProxyRequest, err error) events.APIGatewayProxyResponse {
	e := asError(err)
	switch {
	case e.Security != "":
		log.WarnContext(ctx, "refused", contract.SecurityEventField, e.Security, "status", e.Status, "error", e.Error())
	case e.Status >= http.StatusInternalServerError || e.Status == http.StatusTooManyRequests:
		log.ErrorContext(ctx, "failed", "status", e.Status, "error", e.Error())
	}
	p := problem.New(e.Status, e.Detail, event.RequestContext.RequestID)
	p.Fields, p.CurrentVersion = e.Fields, e.Current
	headers := map[string]string{}
	if e.RetryAfter > 0 {
		headers["Retry-After"] = strconv.Itoa(e.RetryAfter)
	}
	if e.Status == http.StatusUnauthorized {
		headers["WWW-Authenticate"] = "Bearer"
	}
	return p.Response(headers)
}
