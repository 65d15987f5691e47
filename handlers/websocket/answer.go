package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/problem"
	"github.com/flowops/flowops/handlers/internal/schema"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

const (
	// maxMessage is the longest message of a client, in bytes: a model's 8,000
	// characters, of at most 12 bytes each where JSON escapes them as pairs, and the
	// rest. API Gateway takes 128 KB.
	maxMessage = 100 << 10
	// retryAfter is what a client is asked to wait, in seconds, where waiting helps.
	retryAfter = 2
)

// refusal is an error that a client may know as it is.
type refusal struct {
	code, detail string
	retryAfter   int    // seconds; 0 where waiting does not help
	closes       bool   // the connection
	security     string // value of contract.SecurityEventField; empty for none
	cause        error  // for the log
}

func (r *refusal) Error() string {
	text := r.code
	if r.cause != nil {
		text += ": " + fault.Describe(r.cause)
	}
	return text
}

// Unwrap returns the cause.
func (r *refusal) Unwrap() error { return r.cause }

// asRefusal says what a client may know of err.
func asRefusal(err error) *refusal {
	var own *refusal
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, store.ErrNotFound):
		return &refusal{code: contract.ChatNotFound, detail: "There is no such turn."}
	case errors.Is(err, store.ErrKeyReused):
		return &refusal{code: contract.ChatConflict, detail: "The turn's id was used for another message."}
	case errors.Is(err, store.ErrBusy):
		return &refusal{code: contract.ChatUnavailable, detail: "The turn is changing too fast. Send it again.", retryAfter: retryAfter, cause: err}
	}
	switch fault.Of(err) {
	case fault.Throttled:
		return &refusal{code: contract.ChatThrottled, detail: "There are too many messages now. Send it again later.", retryAfter: retryAfter, cause: err}
	case fault.Unavailable:
		return &refusal{code: contract.ChatUnavailable, detail: "A service that this needs is out of reach. Send it again later.", retryAfter: retryAfter, cause: err}
	case fault.Timeout:
		return &refusal{code: contract.ChatTimeout, detail: "It took too long. Send it again.", retryAfter: retryAfter, cause: err}
	}
	return &refusal{code: contract.ChatFailed, detail: "Something went wrong.", cause: err}
}

// fail tells the client of an error, as far as there is still a client.
func (c *call) fail(ctx context.Context, err error) {
	if errors.Is(err, connection.ErrGone) {
		c.log.InfoContext(ctx, "the client is gone")
		c.forget(ctx)
		return
	}
	r := asRefusal(err)
	c.logRefusal(ctx, r)
	switch r.code {
	case contract.ChatUnavailable, contract.ChatTimeout, contract.ChatFailed:
		c.countError(ctx)
	}
	sent := c.send(ctx, contract.ChatEvent{
		Type: contract.EventTypeError, TurnID: c.turnID, Error: &contract.ChatError{Code: r.code, Detail: r.detail, RetryAfter: r.retryAfter},
	})
	if sent != nil && !errors.Is(sent, connection.ErrGone) {
		c.log.WarnContext(ctx, "the client was not told", "error", fault.Describe(sent))
	}
	if r.closes {
		if err := c.clients.Close(ctx, c.endpoint, c.id); err != nil {
			c.log.ErrorContext(ctx, "the connection was not closed", "error", fault.Describe(err))
		}
	}
	if r.closes || errors.Is(sent, connection.ErrGone) {
		c.forget(ctx)
	}
}

func (c *call) logRefusal(ctx context.Context, r *refusal) {
	switch {
	case r.security != "":
		c.log.WarnContext(ctx, "refused", contract.SecurityEventField, r.security, "error", r.Error())
	case r.cause != nil:
		c.log.ErrorContext(ctx, "failed", "error", r.Error())
	default:
		c.log.InfoContext(ctx, "refused", "code", r.code)
	}
}

func (c *call) countError(ctx context.Context) {
	c.count(ctx, telemetry.Value{Metric: contract.MetricErrors, Value: 1})
}

// send sends an event to the client. Its errors are connection.ErrGone and those
// of calls.
func (c *call) send(ctx context.Context, e contract.ChatEvent) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return c.clients.Post(ctx, c.endpoint, c.id, text)
}

// read returns the message's text, which is JSON, and as the model has it where
// there is one.
func (c *call) read(model *schema.Schema) ([]byte, error) {
	if len(c.event.Body) > maxMessage*4/3+4 { // base64
		return nil, invalid(problem.Field{Field: "body", Detail: "is too large"})
	}
	text := []byte(c.event.Body)
	if c.event.IsBase64Encoded {
		var err error
		if text, err = base64.StdEncoding.DecodeString(c.event.Body); err != nil {
			return nil, invalid(problem.Field{Field: "body", Detail: "is not base64"})
		}
	}
	switch {
	case len(text) > maxMessage:
		return nil, invalid(problem.Field{Field: "body", Detail: "is too large"})
	case !utf8.Valid(text):
		return nil, invalid(problem.Field{Field: "body", Detail: "is not UTF-8"})
	case model == nil && !json.Valid(text):
		return nil, invalid(problem.Field{Field: "body", Detail: "is not JSON"})
	case model != nil:
		if wrong := model.Check(text); len(wrong) > 0 {
			return nil, invalid(wrong...)
		}
	}
	return text, nil
}

// decode reads a message that its model allows.
func (c *call) decode(into any) error {
	text, err := c.read(c.models[c.route])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return invalid(problem.Field{Field: "body", Detail: "is not as its model says"}) // such as 1e99 for an integer
	}
	return nil
}

// invalid names the wrong fields and quotes nothing of them.
func invalid(wrong ...problem.Field) error {
	var all []string
	for _, w := range wrong {
		all = append(all, w.Field+" "+w.Detail)
	}
	return &refusal{code: contract.ChatInvalid, detail: "The message is not valid: " + strings.Join(all, "; ") + "."}
}
