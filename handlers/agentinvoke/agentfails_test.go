package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcore/types"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// What the agent's trouble is for who asked.
func TestAgentFails(t *testing.T) {
	stream := func(events ...contract.AgentEvent) func(fakeaws.AgentCall) (string, io.Reader, error) {
		return func(fakeaws.AgentCall) (string, io.Reader, error) {
			return "text/event-stream", fakeaws.Events(events...), nil
		}
	}
	fails := func(err error) func(fakeaws.AgentCall) (string, io.Reader, error) {
		return func(fakeaws.AgentCall) (string, io.Reader, error) { return "", nil, err }
	}
	tests := []struct {
		name   string
		agent  func(fakeaws.AgentCall) (string, io.Reader, error)
		status int
		after  string // Retry-After
	}{
		{"throttled", fails(&types.ThrottlingException{}), 429, "5"},
		{"throttled by its other name", fails(&types.ThrottledException{}), 429, "5"},
		{"a quota", fails(&types.ServiceQuotaExceededException{}), 429, "5"},
		{"down", fails(fakeaws.Down()), 503, "5"},
		{"being replaced", fails(&types.RetryableConflictException{}), 503, "5"},
		{"not there", fails(&types.ResourceNotFoundException{}), 503, "5"},
		{"its own server fails", fails(&types.RuntimeClientError{Message: aws.String("Received error (502) from runtime. " + phrase)}), 503, "5"},
		{"its own server says something", fails(&types.RuntimeClientError{}), 503, "5"},
		{"its own server is busy", fails(&types.RuntimeClientError{Message: aws.String("Received error (429) from runtime.")}), 429, "5"},
		{"its own server refuses", fails(&types.RuntimeClientError{Message: aws.String("Received error (422) from runtime.")}), 502, ""},
		{"denied", fails(&types.AccessDeniedException{Message: aws.String(phrase)}), 502, ""},
		{"no connection", fails(io.ErrUnexpectedEOF), 503, "5"},
		{"its model is throttled", stream(delta("x"), agentError(contract.AgentErrorThrottled)), 429, "5"},
		{"its search is down", stream(agentError(contract.AgentErrorUnavailable)), 503, "5"},
		{"it took too long", stream(agentError(contract.AgentErrorTimeout)), 504, "5"},
		{"it failed", stream(agentError(contract.AgentErrorInternal)), 502, ""},
		{"it says what nobody knows", stream(agentError("confidential")), 502, ""},
		{"it refuses", stream(agentError(contract.AgentErrorInvalid)), 400, ""},
		{"no answer", stream(delta("x")), 503, "5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t)
			h.agent = tt.agent
			r := h.send(context.Background(), call{key: "k"})
			if r.StatusCode != tt.status || r.Headers["Retry-After"] != tt.after || strings.Contains(r.Body, "confidential") {
				t.Fatalf("%d, Retry-After %q: %s", r.StatusCode, r.Headers["Retry-After"], r.Body)
			}
			errors := 0.0
			if tt.status >= 500 {
				errors = 1
			}
			if got := h.metrics(contract.MetricErrors); len(got) != 1 || got[0] != errors {
				t.Errorf("errors %v", got)
			}
			h.clean()
			// The question stays, once, and a later attempt answers it.
			h.says(answerEvent(grounded()))
			again := h.send(context.Background(), call{key: "k"})
			if want := map[bool]int{true: 200, false: 400}[tt.status != 400]; again.StatusCode != want {
				t.Errorf("again: %d: %s", again.StatusCode, again.Body)
			}
			if n := len(h.messages()); (tt.status == 400 && n != 1) || (tt.status != 400 && n != 2) {
				t.Errorf("%d messages", n)
			}
		})
	}
}

// stuck is a body that says nothing until its reader is closed by time.
type stuck struct{ ctx context.Context }

func (s stuck) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, errors.New("use of closed connection")
}

func TestItTakesTooLong(t *testing.T) {
	h := newHarness(t)
	ctx, cancel := context.WithTimeout(context.Background(), answerReserve+2*lambdaReserve)
	defer cancel()
	block, release := context.WithCancel(context.Background())
	defer release()
	h.agent = func(fakeaws.AgentCall) (string, io.Reader, error) { return "text/event-stream", stuck{block}, nil }
	r := h.send(ctx, call{key: "k"})
	if r.StatusCode != 504 || ctx.Err() != nil {
		t.Errorf("%d, %v: %s", r.StatusCode, ctx.Err(), r.Body)
	}
	h.says(answerEvent(grounded()))
	h.do(call{key: "k"}, 200)
}

// An answer that is not streamed.
func TestAnswerAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		media, body string
		status      int
	}{
		"an answer": {"application/json", `{"text":"Yes.","confidence":1}`, 200}, "with a character set": {"application/json; charset=utf-8", `{"text":"Yes.","confidence":1}`, 200},
		"no JSON": {"application/json", `<html>`, 503}, "nothing": {"application/json", ``, 503}, "no text": {"application/json", `{"text":" "}`, 503},
		"of another type": {"text/html", `{"text":"Yes."}`, 503}, "of no type": {"", `{"text":"Yes."}`, 503},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			h.agent = func(fakeaws.AgentCall) (string, io.Reader, error) { return tt.media, strings.NewReader(tt.body), nil }
			body := h.do(call{}, tt.status)
			if tt.status == 200 && (body["text"] != "Yes." || body["grounded"] != false || cmp.Diff([]any{}, body["citations"]) != "" || cmp.Diff([]any{}, body["pendingActions"]) != "") {
				t.Errorf("%v", body)
			}
		})
	}
}
