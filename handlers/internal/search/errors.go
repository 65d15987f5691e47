package search

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
)

// ErrUnavailable is what errors of a domain that can't answer now wrap: its
// circuit is open, or it was throttled, failing or out of reach to the last
// attempt. The same request may succeed later.
var ErrUnavailable = errors.New("search is unavailable")

// UnavailableError is ErrUnavailable with its circumstances.
type UnavailableError struct {
	Operation string
	Open      bool  // the circuit is open: this request was never sent
	Err       error // of the last attempt
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("%s: %v: %v", e.Operation, ErrUnavailable, e.Err)
}

func (e *UnavailableError) Unwrap() []error { return []error{ErrUnavailable, e.Err} }

// ResponseError is an answer that is no success. It names neither what was
// asked nor what was answered beyond OpenSearch's name of the error, since both
// may hold a tenant's text.
type ResponseError struct {
	Operation string
	Status    int    // HTTP status
	Type      string // as in "index_not_found_exception"; empty where the answer has none
}

func (e *ResponseError) Error() string {
	text := fmt.Sprintf("%s: the search domain answers %d", e.Operation, e.Status)
	if e.Type != "" {
		text += " " + e.Type
	}
	return text
}

// HasStatus reports whether err is an answer with this HTTP status.
func HasStatus(err error, status int) bool {
	var response *ResponseError
	return errors.As(err, &response) && response.Status == status
}

// HasType reports whether err is an answer with this OpenSearch error type.
func HasType(err error, name string) bool {
	var response *ResponseError
	return errors.As(err, &response) && response.Type == name
}

// CredentialsError is that there were no credentials to sign with. It says
// nothing about the domain.
type CredentialsError struct{ Err error }

func (e *CredentialsError) Error() string {
	return "credentials for the search domain: " + e.Err.Error()
}

func (e *CredentialsError) Unwrap() error { return e.Err }

// ErrTooLarge is an answer beyond the limit of its operation.
var ErrTooLarge = errors.New("the answer of the search domain is too large")

// ErrMalformed is an answer that is not what OpenSearch documents.
var ErrMalformed = errors.New("the answer of the search domain is malformed")

// errorType is the form of OpenSearch's error types. What does not have it is
// text, and not repeated.
var errorType = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// typeOf is the error type that an answer names, or "".
func typeOf(body []byte) string {
	var answer struct {
		Error json.RawMessage `json:"error"`
	}
	var detail struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(body, &answer) != nil || json.Unmarshal(answer.Error, &detail) != nil || !errorType.MatchString(detail.Type) {
		return ""
	}
	return detail.Type
}

// retriable are the statuses after which the same request may succeed.
func retriable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// transient reports whether a later attempt may overcome err: the domain is
// overloaded or out of reach. A certificate that is not the domain's stays so.
func transient(err error) bool {
	var response *ResponseError
	if errors.As(err, &response) {
		return retriable(response.Status)
	}
	var certificate *tls.CertificateVerificationError
	var sent *sendError
	return errors.As(err, &sent) && !errors.As(err, &certificate) && !errors.Is(err, context.Canceled)
}

// sendError is that a request got no whole answer.
type sendError struct{ err error }

func (e *sendError) Error() string { return e.err.Error() }

func (e *sendError) Unwrap() error { return e.err }
