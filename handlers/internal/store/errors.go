package store

import (
	"errors"
	"fmt"
)

// Errors of stores, beside those of the calls that they make.
var (
	// ErrNotFound is the error of an item that is not the tenant's, be it
	// another's or nobody's.
	ErrNotFound = errors.New("no such item")
	// ErrKeyReused is the error of an idempotency key that came with another
	// request before.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrBusy is the error of a write that others kept getting in the way of. It
	// did nothing and may be tried again.
	ErrBusy = errors.New("other writes to the same items are in the way")
	// ErrPosition is the error of a position that is not one of the list.
	ErrPosition = errors.New("the position is not one of this list")
	// ErrTooMany is the error of a list that is too long to be put together.
	ErrTooMany = errors.New("too many items")
)

// InvalidIDError is the error of a value that can't stand in a key, such as one
// that holds "#".
type InvalidIDError struct{ Cause error }

func (e *InvalidIDError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *InvalidIDError) Unwrap() error { return e.Cause }

// ConflictError is the error of a write that was meant for another version of
// the item, or for another state of it.
type ConflictError struct {
	Current int    // the item's version
	Reason  string // for people
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("conflict with version %d: %s", e.Current, e.Reason)
}
