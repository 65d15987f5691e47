package main

import (
	"errors"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/agentcore"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// retryAfter is what a client is asked to wait, in seconds, where waiting helps.
const retryAfter = 5

// kind is a kind of failure, as clients and Lambda see it.
type kind struct {
	status int
	detail string // for people
	after  int    // seconds to wait; 0 where waiting does not help
	again  bool   // another attempt may succeed
}

// kinds are the failures by their codes. A tenant without an agent is a 409: the
// request is right, and no waiting helps until an operator gave the tenant one.
var kinds = map[string]kind{
	contract.ChatInvalid:     {http.StatusBadRequest, "The message is not as it must be.", 0, false},
	contract.ChatForbidden:   {http.StatusForbidden, "You may not do this.", 0, false},
	contract.ChatNotFound:    {http.StatusNotFound, "There is no such conversation.", 0, false},
	contract.ChatConflict:    {http.StatusUnprocessableEntity, "The idempotency key was used for another request.", 0, false},
	contract.ChatNoAgent:     {http.StatusConflict, "The tenant has no agent.", 0, false},
	contract.ChatThrottled:   {http.StatusTooManyRequests, "There are too many messages now.", retryAfter, true},
	contract.ChatUnavailable: {http.StatusServiceUnavailable, "The agent is out of reach.", retryAfter, true},
	contract.ChatTimeout:     {http.StatusGatewayTimeout, "It took too long.", retryAfter, true},
	contract.ChatFailed:      {http.StatusBadGateway, "There is no answer.", 0, true},
}

// failure is why there is no answer.
type failure struct {
	code  string // a key of kinds
	cause error
}

func (f *failure) Error() string {
	if f.cause == nil {
		return f.code
	}
	return f.code + ": " + fault.Describe(f.cause)
}

func (f *failure) Unwrap() error { return f.cause }

func (f *failure) kind() kind { return kinds[f.code] }

// chatError is the failure as a client sees it.
func (f *failure) chatError() *contract.ChatError {
	k := f.kind()
	return &contract.ChatError{Code: f.code, Detail: k.detail, RetryAfter: k.after}
}

// restError is the failure as an answer to a request.
func (f *failure) restError() error {
	k := f.kind()
	return &rest.Error{Status: k.status, Detail: k.detail, RetryAfter: k.after, Cause: f.cause}
}

// agentCodes are the failures of agents.
var agentCodes = map[string]string{
	contract.AgentErrorInvalid: contract.ChatInvalid, contract.AgentErrorThrottled: contract.ChatThrottled,
	contract.AgentErrorUnavailable: contract.ChatUnavailable, contract.AgentErrorTimeout: contract.ChatTimeout, contract.AgentErrorInternal: contract.ChatFailed,
}

// asFailure says what err means for who sent the message.
func asFailure(err error) *failure {
	var own *failure
	var agent *agentcore.Failure
	var refused *tenant.RefusedError
	var id *store.InvalidIDError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &agent):
		return &failure{agentCodes[agent.Code], err}
	case errors.As(err, &refused):
		return &failure{contract.ChatForbidden, err}
	case errors.Is(err, store.ErrNotFound):
		return &failure{contract.ChatNotFound, err}
	case errors.Is(err, store.ErrKeyReused):
		return &failure{contract.ChatConflict, err}
	case errors.As(err, &id):
		return &failure{contract.ChatInvalid, err}
	case errors.Is(err, store.ErrBusy):
		return &failure{contract.ChatUnavailable, err}
	}
	switch fault.Of(err) {
	case fault.Throttled:
		return &failure{contract.ChatThrottled, err}
	case fault.Unavailable:
		return &failure{contract.ChatUnavailable, err}
	case fault.Timeout:
		return &failure{contract.ChatTimeout, err}
	}
	return &failure{contract.ChatFailed, err}
}
