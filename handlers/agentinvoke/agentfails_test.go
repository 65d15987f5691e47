package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

// The agent has the time that is left when everything else has its own: 28 s for
// a request, the function's time for a message, less what follows the answer.
func TestTimeOfTheAgent(t *testing.T) {
	for name, tt := range map[string]struct {
		own  time.Duration // of the function
		send func(context.Context, *harness) bool
		want time.Duration
	}{
		"a request":              {time.Minute, func(ctx context.Context, h *harness) bool { return h.send(ctx, call{}).StatusCode == 504 }, 24 * time.Second},
		"a request that is late": {20 * time.Second, func(ctx context.Context, h *harness) bool { return h.send(ctx, call{}).StatusCode == 504 }, 15500 * time.Millisecond},
		"a message": {time.Minute, func(ctx context.Context, h *harness) bool {
			payload, _ := json.Marshal(h.accept(handed()))
			_, err := h.fn.handle(ctx, payload)
			return asFailure(err).code == contract.ChatTimeout && typesOf(h.clients.Got(client)) == "error"
		}, 55500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				ctx, cancel := context.WithTimeout(t.Context(), tt.own)
				defer cancel()
				h.agent = func(fakeaws.AgentCall) (string, io.Reader, error) { return "text/event-stream", stuck{ctx}, nil }
				began := time.Now()
				if !tt.send(ctx, h) {
					t.Error("it was not said that it took too long")
				}
				if took := time.Since(began); took != tt.want {
					t.Errorf("it ended after %v", took)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

// An answer that is kept is given, although its turn could not be ended.
func TestTurnDoesNotEnd(t *testing.T) {
	h := newHarness(t)
	updates := 0
	h.cloud.SetFault(func(operation string) error {
		if operation == "UpdateItem" {
			if updates++; updates == 2 { // the first one is the claim
				return fakeaws.Down()
			}
		}
		return nil
	})
	h.do(call{key: "k"}, 200)
	h.do(call{key: "k"}, 200) // it was given back
	if h.calls() != 1 || updates != 5 {
		t.Errorf("%d calls, %d updates", h.calls(), updates)
	}
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
