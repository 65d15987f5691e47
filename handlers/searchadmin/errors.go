package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
)

// Who invokes the function sees the Go type of its error as the error's name.

// InvalidRequest is a request that nothing was done for.
type InvalidRequest struct{ Reason string }

func (e InvalidRequest) Error() string { return "the request is not valid: " + e.Reason }

// TransientError (contract.ErrorTransient) is one that the same request may not
// have later: the domain is out of reach, or there was not enough time.
type TransientError struct{ Err error }

func (e TransientError) Error() string { return "try again later: " + e.Err.Error() }

func (e TransientError) Unwrap() error { return e.Err }

// AccessRefused is that STS or the domain does not let search-admin in.
type AccessRefused struct{ Err error }

func (e AccessRefused) Error() string { return "access is refused: " + e.Err.Error() }

func (e AccessRefused) Unwrap() error { return e.Err }

// NotPrepared is that a tenant comes to a domain whose setup was not done.
type NotPrepared struct{ Err error }

func (e NotPrepared) Error() string {
	return "the domain's setup was not done (deploy the stack ai): " + e.Err.Error()
}

func (e NotPrepared) Unwrap() error { return e.Err }

// IndexMismatch is that the index that is there can't become what the template
// says. It has to be built anew: the documents are in S3.
type IndexMismatch struct{ Differences []string }

func (e IndexMismatch) Error() string {
	return fmt.Sprintf("the index %s differs from its template in what can't be changed: %s", contract.VectorIndex, strings.Join(e.Differences, "; "))
}

// SearchFailed is any other answer that was not expected.
type SearchFailed struct{ Err error }

func (e SearchFailed) Error() string { return e.Err.Error() }

func (e SearchFailed) Unwrap() error { return e.Err }

// classify gives err the type that callers see.
func classify(err error) error {
	var mismatch IndexMismatch
	var notPrepared NotPrepared
	var credentials *search.CredentialsError
	var api smithy.APIError
	switch {
	case errors.As(err, &mismatch):
		return mismatch
	case errors.As(err, &notPrepared):
		return notPrepared
	case errors.As(err, &credentials) && errors.As(err, &api) && api.ErrorCode() == "AccessDenied",
		search.HasStatus(err, http.StatusUnauthorized), search.HasStatus(err, http.StatusForbidden):
		return AccessRefused{err}
	case errors.As(err, &credentials), errors.Is(err, search.ErrUnavailable), errors.Is(err, errNotYet),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return TransientError{err}
	}
	return SearchFailed{err}
}
