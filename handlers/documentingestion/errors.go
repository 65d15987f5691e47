package main

import (
	"errors"
	"fmt"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// The errors of the function, as package steps has them.

// IngestionError is one that stays as it is.
type IngestionError struct {
	Step string
	Err  error
}

func (e *IngestionError) Error() string { return e.Step + ": " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *IngestionError) Unwrap() error { return e.Err }

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
	var payload *steps.PayloadError
	var work *WorkError
	var withdrawn *DocumentWithdrawn
	var transient *steps.TransientError
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
	case steps.Passing(err), errors.Is(err, search.ErrUnavailable):
		return &steps.TransientError{Step: step, Err: err}
	}
	return &IngestionError{step, err}
}

// later makes err one that a later attempt may overcome, with what was attempted.
func later(in contract.IngestionStep, doing string, err error) error {
	return &steps.TransientError{Step: in.Step, Err: fmt.Errorf("%s: %w", doing, err)}
}
