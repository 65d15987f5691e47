package main

import (
	"errors"
	"reflect"

	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// The errors of the function. Lambda names an error by the type of its outermost
// value, and the state machine decides by that name. Their texts hold names and
// counts, and nothing of the data: executions keep them.

// TransientError is one that a later attempt may overcome. Its name is
// contract.ErrorTransient.
type TransientError struct {
	Step string
	Err  error
}

func (e *TransientError) Error() string { return e.Step + ", for now: " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *TransientError) Unwrap() error { return e.Err }

// DataError is one that stays as it is.
type DataError struct {
	Step string
	Err  error
}

func (e *DataError) Error() string { return e.Step + ": " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *DataError) Unwrap() error { return e.Err }

// PayloadError is an invocation that is not the state machine's.
type PayloadError struct{ Problem string }

func (e *PayloadError) Error() string { return "not a step of a tenant's data: " + e.Problem }

// NotOffboardedError is a tenant whose data nobody asked to erase, or to export,
// by this operation.
type NotOffboardedError struct{}

func (*NotOffboardedError) Error() string {
	return "the tenant is not being offboarded with its data by this operation"
}

// NotExportedError is a tenant whose data is to be exported first and is not, or
// not whole.
type NotExportedError struct{}

func (*NotExportedError) Error() string { return "the export is not there, or not whole" }

// LeftError is data that is there after it was erased, again and again.
type LeftError struct{ Part string }

func (e *LeftError) Error() string { return "something is left, or comes anew: " + e.Part }

// named is err as the state machine knows it.
func named(step string, err error) error {
	var refused *tenant.RefusedError
	if errors.As(err, &refused) {
		return refused
	}
	for _, own := range []any{new(*PayloadError), new(*NotOffboardedError), new(*NotExportedError), new(*LeftError)} {
		if errors.As(err, own) {
			return reflect.ValueOf(own).Elem().Interface().(error)
		}
	}
	if errors.Is(err, store.ErrBusy) {
		return &TransientError{step, err}
	}
	switch fault.Of(err) {
	case fault.Throttled, fault.Unavailable, fault.Timeout:
		return &TransientError{step, err}
	}
	return &DataError{step, err}
}

// typeName is the name that Lambda gives err.
func typeName(err error) string { return reflect.TypeOf(err).Elem().Name() }
