// Package steps is what functions share that do the steps of a state machine.
//
// Lambda names an error by the type of its outermost value, and the state machine
// decides by that name. Executions keep the texts: they hold ids and names of
// errors, and nothing of tenants' data.
package steps

import (
	"errors"
	"reflect"

	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/store"
)

// TransientError is one that a later attempt may overcome. Its name is
// contract.ErrorTransient.
type TransientError struct {
	Step string
	Err  error
}

func (e *TransientError) Error() string { return e.Step + ", for now: " + fault.Describe(e.Err) }

// Unwrap returns the cause.
func (e *TransientError) Unwrap() error { return e.Err }

// PayloadError is an invocation that is not the state machine's.
type PayloadError struct{ Problem string }

func (e *PayloadError) Error() string { return "not a step of the state machine: " + e.Problem }

// Passing reports whether what err is about may pass by itself.
func Passing(err error) bool {
	if errors.Is(err, store.ErrBusy) {
		return true
	}
	switch fault.Of(err) {
	case fault.Throttled, fault.Unavailable, fault.Timeout:
		return true
	}
	return false
}

// TypeName is the name that Lambda gives err, whose value is a pointer.
func TypeName(err error) string { return reflect.TypeOf(err).Elem().Name() }
