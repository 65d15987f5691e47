// Package fault tells what kind of trouble an AWS call ended in, so that an
// answer can say whether it is worth trying again.
package fault

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Kind is a kind of trouble.
type Kind int

// The kinds.
const (
	// None: the error did not come from a call.
	None Kind = iota
	// Throttled: there were too many calls; fewer of them will pass.
	Throttled
	// Unavailable: the service did not answer, or said that it can't now.
	Unavailable
	// Timeout: this request's own time is over.
	Timeout
	// Refused: the service answered, and said no to what it should have taken.
	Refused
)

// Of returns the kind of err.
func Of(err error) Kind {
	if err == nil {
		return None
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Timeout
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		if _, ok := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; ok {
			return Throttled
		}
		if api.ErrorFault() == smithy.FaultServer || status(err) >= http.StatusInternalServerError {
			return Unavailable
		}
		return Refused
	}
	if s := status(err); s == http.StatusTooManyRequests {
		return Throttled
	} else if s >= http.StatusInternalServerError {
		return Unavailable
	}
	var operation *smithy.OperationError
	var connection net.Error
	if errors.As(err, &connection) || errors.As(err, &operation) {
		return Unavailable // nothing came back that could be read
	}
	return None
}

// status is the HTTP status of the answer that err is about; 0 where there was
// none.
func status(err error) int {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.Response != nil {
		return response.HTTPStatusCode()
	}
	return 0
}

// Describe is err for a log: of what a service answered, the operation and the
// code alone, because its message may quote the request.
func Describe(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err.Error()
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return operation.Service() + " " + operation.Operation() + ": " + api.ErrorCode()
	}
	return api.ErrorCode()
}
