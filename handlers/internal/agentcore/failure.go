package agentcore

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
)

// Failure is the error of a question that has no answer.
type Failure struct {
	Code  string // one of contract's AgentError codes
	Cause error
}

func (e *Failure) Error() string { return "agent: " + e.Code + ": " + fault.Describe(e.Cause) }

// Unwrap returns the cause.
func (e *Failure) Unwrap() error { return e.Cause }

// known is an agent's code, if it is one.
func known(code string) string {
	if slices.Contains([]string{contract.AgentErrorInvalid, contract.AgentErrorThrottled, contract.AgentErrorUnavailable, contract.AgentErrorTimeout}, code) {
		return code
	}
	return contract.AgentErrorInternal
}

// statusOfRuntime finds the status that the agent's own server answered with,
// which a RuntimeClientError has in its message alone.
var statusOfRuntime = regexp.MustCompile(`\(([45]\d\d)\)`)

// failure says what err means.
func failure(ctx context.Context, err error) *Failure {
	var own *Failure
	if errors.As(err, &own) {
		return own
	}
	if ctx.Err() != nil { // whatever it looks like: a stream that was closed, a call that was cancelled
		return &Failure{contract.AgentErrorTimeout, errors.Join(ctx.Err(), err)}
	}
	var quota *types.ServiceQuotaExceededException
	var runtime *types.RuntimeClientError
	var missing *types.ResourceNotFoundException
	var busy *types.RetryableConflictException
	switch {
	case errors.As(err, &quota):
		return &Failure{contract.AgentErrorThrottled, err}
	case errors.As(err, &missing), errors.As(err, &busy): // being made or replaced, or going
		return &Failure{contract.AgentErrorUnavailable, err}
	case errors.As(err, &runtime):
		return &Failure{ofRuntime(runtime.ErrorMessage()), err}
	}
	switch fault.Of(err) {
	case fault.Throttled:
		return &Failure{contract.AgentErrorThrottled, err}
	case fault.Timeout:
		return &Failure{contract.AgentErrorTimeout, err}
	case fault.Refused:
		return &Failure{contract.AgentErrorInternal, err}
	}
	return &Failure{contract.AgentErrorUnavailable, err}
}

// ofRuntime is the code of what a RuntimeClientError says: the agent did not
// answer with success.
func ofRuntime(message string) string {
	status := statusOfRuntime.FindStringSubmatch(message)
	switch {
	case status == nil || status[1][0] == '5':
		return contract.AgentErrorUnavailable
	case status[1] == "429":
		return contract.AgentErrorThrottled
	}
	return contract.AgentErrorInternal
}
