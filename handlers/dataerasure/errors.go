package main

import (
	"errors"
	"reflect"

	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// The errors of the function, as package steps has them.

// DataError is one that stays as it is.
type DataError struct {
	Step string
	Err  error
}

func (e *DataError) Error() string { return e.Step + ": " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *DataError) Unwrap() error { return e.Err }

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
	for _, own := range []any{new(*steps.PayloadError), new(*NotOffboardedError), new(*NotExportedError), new(*LeftError)} {
		if errors.As(err, own) {
			return reflect.ValueOf(own).Elem().Interface().(error)
		}
	}
	if steps.Passing(err) {
		return &steps.TransientError{Step: step, Err: err}
	}
	return &DataError{step, err}
}
