package main

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// The errors of the function. Lambda names an error by the type of its outermost
// value, and the state machine decides by that name. Their texts hold ids and
// names of errors, and nothing of a document: executions keep them.

// TransientError is one that a later attempt may overcome. Its name is
// contract.ErrorTransient.
type TransientError struct {
	Step string
	Err  error
}

func (e *TransientError) Error() string { return e.Step + ", for now: " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *TransientError) Unwrap() error { return e.Err }

// IngestionError is one that stays as it is.
type IngestionError struct {
	Step string
	Err  error
}

func (e *IngestionError) Error() string { return e.Step + ": " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *IngestionError) Unwrap() error { return e.Err }

// PayloadError is an invocation that is not the state machine's.
type PayloadError struct{ Problem string }

func (e *PayloadError) Error() string { return "not a step of ingestion: " + e.Problem }

// WorkError is intermediate work of an earlier step that is gone, since it expires,
// or is not what that step left.
type WorkError struct{ Problem string }

func (e *WorkError) Error() string { return "intermediate work: " + e.Problem }

// DocumentWithdrawn is that there is nothing to wait for: contract.ErrorWithdrawn.
type DocumentWithdrawn struct{}

func (*DocumentWithdrawn) Error() string {
	return "the document was deleted, superseded or decided on meanwhile"
}

// named is err as the state machine knows it.
func named(step string, err error) error {
	var refused *tenant.RefusedError
	var payload *PayloadError
	var work *WorkError
	var withdrawn *DocumentWithdrawn
	var transient *TransientError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &payload):
		return payload
	case errors.As(err, &work):
		return work
	case errors.As(err, &withdrawn):
		return withdrawn
	case errors.As(err, &transient):
		return transient
	case passing(err):
		return &TransientError{step, err}
	}
	return &IngestionError{step, err}
}

// passing reports whether what err is about may pass by itself.
func passing(err error) bool {
	if errors.Is(err, store.ErrBusy) || errors.Is(err, search.ErrUnavailable) {
		return true
	}
	switch fault.Of(err) {
	case fault.Throttled, fault.Unavailable, fault.Timeout:
		return true
	}
	return false
}

// later makes err one that a later attempt may overcome, with what was attempted.
func later(in contract.IngestionStep, doing string, err error) error {
	return &TransientError{in.Step, fmt.Errorf("%s: %w", doing, err)}
}

// typeName is the name that Lambda gives err.
func typeName(err error) string { return reflect.TypeOf(err).Elem().Name() }
