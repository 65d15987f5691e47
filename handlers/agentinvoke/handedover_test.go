package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestHandover(t *testing.T) {
	h := newHarness(t)
	h.says(
		delta("Open "), contract.AgentEvent{Type: contract.AgentEventCitation, Citation: &manual}, contract.AgentEvent{Type: "thinking", Text: "secret"},
		delta("the "), delta("settings."), contract.AgentEvent{Type: contract.AgentEventAction, Action: &escalating().PendingActions[0]}, answerEvent(escalating()),
	)
	in := h.accept(handed())
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	got := h.clients.Got(client)
	if typesOf(got) != "delta citation delta action_required done" {
		t.Fatal(typesOf(got))
	}
	conversation := got[0].ConversationID
	for n, e := range got {
		if e.Number != n+1 || e.TurnID != turn || e.ConversationID != conversation || conversation == "" || e.Attempt != 0 {
			t.Errorf("%+v", e)
		}
	}
	done := got[4].Answer
	if got[0].Text+got[2].Text != "Open the settings." || got[1].Citation.Snippet != manual.Snippet || done.Text != escalating().Text || !done.Escalated || len(done.PendingActions) != 1 || done.Citations[0].Snippet != manual.Snippet {
		t.Errorf("%+v, %+v", got, done)
	}
	// What the turn keeps: no deltas, nothing of a person.
	now := h.turnNow(in)
	if now.State != contract.TurnDone || typesOf(now.Events) != "citation action_required done" || now.Events[0].Number != 2 || now.Events[2].Number != 5 || now.ConversationID != conversation {
		t.Errorf("%+v", now)
	}
	if kept := now.Events[2].Answer; kept.Text != "Open the settings, or mail [EMAIL]." || !kept.Escalated || kept.MessageID != done.MessageID || string(kept.PendingActions[0].Input) != `{"n":1.50,"subject":"of [EMAIL]"}` {
		t.Errorf("%+v", kept)
	}
	// It comes once more.
	if err := h.hand(in); err != nil || h.calls() != 1 || len(h.clients.Got(client)) != 5 {
		t.Errorf("again: %v, %d calls, %d events", err, h.calls(), len(h.clients.Got(client)))
	}
	// The websocket function counted the message as a request of the tenant's.
	if h.cloud.Events == nil || len(h.cloud.Events) != 1 || sum(h.metrics(contract.MetricTenantRequests)) != 0 {
		t.Errorf("%v, %v requests", h.cloud.Events, h.metrics(contract.MetricTenantRequests))
	}
	h.clean()
}

func TestRecordedHandover(t *testing.T) {
	h := newHarness(t)
	in := handlertest.Event[contract.ChatHandover](t, "chat-message.json")
	if err := h.hand(in); err != nil { // its turn has expired long ago: it is put again, with its time
		t.Fatal(err)
	}
	if now := h.turnNow(in); now.State != contract.TurnDone || now.AcceptedAt != in.AcceptedAt || typesOf(h.clients.Got(in.ConnectionID)) != "delta done" {
		t.Errorf("%+v", now)
	}
	first := h.messages()
	h.clock.Pass(25 * time.Hour)
	if err := h.hand(in); err != nil { // replayed: its messages are there
		t.Fatal(err)
	}
	if d := cmp.Diff(first, h.messages()); d != "" {
		t.Error(d)
	}
}

func TestPayloadsOfNeitherKind(t *testing.T) {
	valid := func(change func(*contract.ChatHandover)) string {
		in := handed()
		change(&in)
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	tests := []struct {
		name, payload string
		security      bool
	}{
		{"a message that imitates a request", `{"message":{"httpMethod":"POST","requestContext":{"requestId":"1"}}}`, false},
		{"half a request", `{"httpMethod":"POST","body":"confidential"}`, false},
		{"both", strings.Replace(valid(func(*contract.ChatHandover) {}), "{", `{"httpMethod":"","requestContext":{},`, 1), false},
		{"a method too", strings.Replace(valid(func(*contract.ChatHandover) {}), "{", `{"httpMethod":"POST",`, 1), false},
		{"a request's context too", strings.Replace(valid(func(*contract.ChatHandover) {}), "{", `{"requestContext":{"requestId":"1"},`, 1), false},
		{"a queue's", strings.Replace(valid(func(*contract.ChatHandover) {}), "{", `{"Records":[],`, 1), false},
		{"an array", `[{"httpMethod":"POST"}]`, false},
		{"null", `null`, false},
		{"nothing", `{}`, false},
		{"a number for the tenant", `{"tenantId":1}`, false},
		{"no tenant", valid(func(in *contract.ChatHandover) { in.TenantID = "" }), false},
		{"no person", valid(func(in *contract.ChatHandover) { in.Subject = "" }), false},
		{"no connection", valid(func(in *contract.ChatHandover) { in.ConnectionID = "" }), false},
		{"a tenant that can't be one", valid(func(in *contract.ChatHandover) { in.TenantID = "acme#x" }), true},
		{"a person that can't be one", valid(func(in *contract.ChatHandover) { in.Subject = "a#b" }), true},
		{"a turn that can't be one", valid(func(in *contract.ChatHandover) { in.TurnID = "a#confidential" }), false},
		{"another endpoint", valid(func(in *contract.ChatHandover) { in.Endpoint = "https://confidential.example/dev" }), false},
		{"another region", valid(func(in *contract.ChatHandover) { in.Endpoint = strings.Replace(endpoint, "us-east-1", "us-east-2", 1) }), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t)
			if _, err := h.fn.handle(context.Background(), json.RawMessage(tt.payload)); err == nil {
				t.Error("it was taken")
			}
			if calls := h.cloud.Calls(); len(calls) > 0 {
				t.Errorf("calls %v", calls)
			}
			if got := strings.Contains(h.log.String(), contract.SecurityEventField); got != tt.security || !strings.Contains(h.log.String(), "refused") {
				t.Errorf("log: %s", h.log)
			}
			h.clean()
		})
	}
}

// Errors that no retry helps end the turn; the invocation succeeds.
func TestFinalFailures(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*harness, *contract.ChatHandover)
		code   string
	}{
		"no such conversation": {func(_ *harness, in *contract.ChatHandover) { in.ConversationID = "nobodys" }, contract.ChatNotFound},
		"no id":                {func(_ *harness, in *contract.ChatHandover) { in.ConversationID = "a b" }, contract.ChatNotFound},
		"an empty message":     {func(_ *harness, in *contract.ChatHandover) { in.Message = "" }, contract.ChatInvalid},
		"a message too long": {func(_ *harness, in *contract.ChatHandover) {
			in.Message = strings.Repeat("x", contract.ChatMessageMax+1)
		}, contract.ChatInvalid},
		"words for a ticket": {func(_ *harness, in *contract.ChatHandover) { in.TicketID = "call me" }, contract.ChatInvalid},
		"no agent":           {func(_ *harness, in *contract.ChatHandover) { in.TenantID = "nobody" }, contract.ChatNoAgent},
		"the agent refuses":  {func(h *harness, _ *contract.ChatHandover) { h.says(agentError(contract.AgentErrorInvalid)) }, contract.ChatInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			in := handed()
			tt.change(h, &in)
			in = h.accept(in)
			for range 2 {
				if err := h.hand(in); err != nil {
					t.Fatal(err)
				}
			}
			got := h.clients.Got(client)
			if len(got) != 1 || got[0].Type != contract.EventTypeError || got[0].Error.Code != tt.code || got[0].Error.RetryAfter != 0 || got[0].Error.Detail == "" {
				t.Errorf("%+v", got)
			}
			if now := h.turnNow(in); now.State != contract.TurnDone || cmp.Diff(got, now.Events) != "" {
				t.Errorf("%+v", now)
			}
		})
	}
}

// Errors that a retry may help fail the invocation; each attempt tells the
// client, and a later one still answers.
func TestRetriedFailures(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	h.says(delta("Op"), agentError(contract.AgentErrorThrottled))
	for range 2 {
		var f *failure
		if err := h.hand(in); !errors.As(err, &f) || f.code != contract.ChatThrottled {
			t.Fatal(err)
		}
		if now := h.turnNow(in); now.State != contract.TurnAccepted {
			t.Errorf("%+v", now)
		}
	}
	h.says(delta("Open."), answerEvent(grounded()))
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	got := h.clients.Got(client)
	if typesOf(got) != "delta error delta error delta done" {
		t.Fatal(typesOf(got))
	}
	for n, e := range got { // numbers grow, over attempts too
		if attempt := n/2 + 1; e.Number != contract.EventBase(attempt)+n%2+1 || (attempt > 1 && e.Attempt != attempt) {
			t.Errorf("%+v", e)
		}
	}
	if got[1].Error.Code != contract.ChatThrottled || got[1].Error.RetryAfter != 5 {
		t.Errorf("%+v", got[1].Error)
	}
	if len(h.messages()) != 2 || sum(h.metrics(contract.MetricConversations)) != 1 || sum(h.metrics(contract.MetricBedrockThrottles)) != 2 || sum(h.metrics(contract.MetricTenantRequests)) != 0 {
		t.Errorf("%d messages\n%s", len(h.messages()), h.log)
	}
	h.clean()
}

// What fails before the turn is claimed is told too.
func TestNotBegun(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	h.cloud.SetFault(func(operation string) error {
		if operation == "GetItem" {
			return fakeaws.Down()
		}
		return nil
	})
	if err := h.hand(in); err == nil {
		t.Error("no error")
	}
	if got := h.clients.Got(client); len(got) != 1 || got[0].Error.Code != contract.ChatUnavailable || got[0].Number != 0 || got[0].TurnID != turn {
		t.Errorf("%+v", got)
	}
}
