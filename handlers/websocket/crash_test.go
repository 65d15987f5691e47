package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// Each AWS call fails once, before it did its work and after it: the client is
// told what to do where it can be, and the same message sent again is answered
// once.
func TestCrashes(t *testing.T) {
	for _, after := range []bool{false, true} {
		failed := ""
		for number := 1; ; number++ {
			h, calls := newHarness(t), 0
			failed = ""
			h.cloud.SetFault(func(operation string) error {
				if calls++; calls != number {
					return nil
				}
				failed = operation
				if after {
					return fakeaws.AfterError{Err: fakeaws.Down()}
				}
				return fakeaws.Down()
			})
			got := h.chat(question)
			if failed == "" {
				if number != 5 { // AssumeRole, PutItem, Invoke, PostToConnection
					t.Errorf("%d calls", number-1)
				}
				break
			}
			at := fmt.Sprintf("call %d (%s), after its work: %v", number, failed, after)
			last := got[len(got)-1] // where "accepted" arrived and its answer was lost, an error follows
			if last.Error == nil || last.Error.Code != contract.ChatUnavailable || last.Error.RetryAfter == 0 || last.TurnID == "" && failed != "AssumeRole" {
				t.Errorf("%s: %+v", at, got)
			}
			if !strings.Contains(h.metric.String(), `"Errors":1`) {
				t.Errorf("%s: no error counted", at)
			}
			if again := h.chat(question); len(again) != 1 || again[0].Type != contract.EventTypeAccepted {
				t.Errorf("%s: again %+v", at, again)
			}
			if n := len(h.handovers()); n < 1 || n > 2 || len(h.turns()) != 1 {
				t.Errorf("%s: %d hand-overs, %d turns", at, n, len(h.turns()))
			}
			// However often it was handed over, one answers it.
			turns := h.asAgentInvoke("acme")
			_, first, err := turns.Claim(context.Background(), "t-1", time.Minute)
			_, second, err2 := turns.Claim(context.Background(), "t-1", time.Minute)
			if !first || second || err != nil || err2 != nil {
				t.Errorf("%s: claimed %v, %v, %v, %v", at, first, second, err, err2)
			}
		}
	}
}

func TestResumeAfterCrashes(t *testing.T) {
	for _, operation := range []string{"GetItem", "UpdateItem", "PostToConnection"} {
		for _, fault := range []error{fakeaws.Down(), fakeaws.AfterError{Err: fakeaws.Down()}} {
			h := newHarness(t)
			h.chat(question)
			once := true
			h.cloud.SetFault(func(o string) error {
				if o == operation && once {
					once = false
					return fault
				}
				return nil
			})
			if got := h.resume(0); len(got) == 0 || got[len(got)-1].Error == nil || got[len(got)-1].Error.RetryAfter == 0 {
				t.Errorf("%s: %+v", operation, got)
			}
			if got := h.resume(0); len(got) != 1 || got[0].State != contract.TurnAccepted {
				t.Errorf("%s: again %+v", operation, got)
			}
			if h.turns()[0].ConnectionID != "c-new" {
				t.Errorf("%s: %+v", operation, h.turns())
			}
		}
	}
}

// A client that is gone is forgotten: no error, and no second try.
func TestGone(t *testing.T) {
	for name, a := range map[string]at{
		"chat": {route: contract.RouteChat, body: question}, "status": {route: contract.RouteStatus, body: `{"action":"status"}`},
		"an error": {route: contract.RouteDefault, body: `{}`}, "an expired token": {route: contract.RouteChat, authorizer: map[string]any{contract.AuthorizerExpiry: "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			h.do(at{route: contract.RouteConnect})
			h.clients.Hang("c-acme")
			if got := h.do(a); len(got) != 0 || len(h.open()) != 0 || strings.Contains(h.metric.String(), "Errors") {
				t.Errorf("%+v, %v, %s", got, h.open(), h.metric)
			}
			if n := strings.Count(strings.Join(h.cloud.Calls(), " "), "PostToConnection"); n != 1 {
				t.Errorf("%d posts", n)
			}
		})
	}
}

func TestTrouble(t *testing.T) {
	for name, tt := range map[string]struct {
		operation string
		err       error
		code      string
		retry     bool
	}{
		"throttled":            {"PutItem", fakeaws.Throttled(), contract.ChatThrottled, true},
		"the hand-over fails":  {"Invoke", fakeaws.Down(), contract.ChatUnavailable, true},
		"too many hand-overs":  {"Invoke", fakeaws.Throttled(), contract.ChatThrottled, true},
		"out of time":          {"PutItem", context.DeadlineExceeded, contract.ChatTimeout, true},
		"something unforeseen": {"PutItem", fmt.Errorf("odd: confidential"), contract.ChatFailed, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			h.cloud.SetFault(func(o string) error {
				if o == tt.operation {
					return tt.err
				}
				return nil
			})
			got := h.chat(question)
			if code(got) != tt.code || (got[0].Error.RetryAfter > 0) != tt.retry || strings.Contains(got[0].Error.Detail, "confidential") || got[0].TurnID != "t-1" {
				t.Errorf("%+v", got)
			}
			if strings.Contains(h.metric.String(), `"Errors":1`) != (tt.code != contract.ChatThrottled) {
				t.Error(h.metric)
			}
			h.cloud.SetFault(nil)
			if again := h.chat(question); len(again) != 1 || again[0].Type != contract.EventTypeAccepted {
				t.Errorf("again: %+v", again)
			}
		})
	}
	h := newHarness(t)
	h.cloud.SetFault(func(o string) error { return map[bool]error{true: fakeaws.Down()}[o == "PostToConnection"] })
	if got := h.chat(question); len(got) != 0 || len(h.handovers()) != 1 {
		t.Errorf("%+v", got)
	}
	if got := h.do(at{route: contract.RouteChat, domain: "evil.example", body: question}); len(got) != 0 || len(h.turns()) != 1 {
		t.Errorf("another host: %+v", got)
	}
}

// A message gives up before Lambda does, and its client is told.
func TestDeadline(t *testing.T) {
	h := newHarness(t)
	end := time.Now().Add(reserve / 2)
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	var until time.Time
	h.handler.scopes = slow{&until}
	response, err := h.handler.handle(ctx, h.event(at{route: contract.RouteChat, body: question}))
	if err != nil || response.StatusCode != 200 || code(h.got("c-acme", 0)) != contract.ChatTimeout {
		t.Errorf("%+v, %v, %+v", response, err, h.got("c-acme", 0))
	}
	if !until.Equal(end.Add(-reserve)) {
		t.Errorf("the work may take until %v, Lambda stops at %v", until, end)
	}
}
