package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
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
	if h.cloud.Events == nil || len(h.cloud.Events) != 1 || sum(h.metrics(contract.MetricTenantRequests)) != 1 {
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
	h.pass(25 * time.Hour)
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
	if len(h.messages()) != 2 || sum(h.metrics(contract.MetricConversations)) != 1 || sum(h.metrics(contract.MetricBedrockThrottles)) != 2 || sum(h.metrics(contract.MetricTenantRequests)) != 1 {
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

// A turn of another person is not answered to this one.
func TestAnothersTurn(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	other := in
	other.Subject, other.ConnectionID = "another", "client-2"
	if err := h.hand(other); err != nil {
		t.Error(err)
	}
	if got := h.clients.Got("client-2"); len(got) != 1 || got[0].Error.Code != contract.ChatConflict || h.calls() != 0 {
		t.Errorf("%+v", got)
	}
	if err := h.hand(in); err != nil || typesOf(h.clients.Got(client)) != "delta done" {
		t.Errorf("its own: %v", err)
	}
}

// The same message comes while it is being answered.
func TestDeliveredTwiceAtOnce(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	agent := h.agent
	h.agent = func(call fakeaws.AgentCall) (string, io.Reader, error) {
		if err := h.hand(in); !errors.Is(err, errRunning) {
			t.Errorf("meanwhile: %v", err)
		}
		other := in
		other.Subject = "another" // it does not take the claim away
		if err := h.hand(other); err != nil {
			t.Error(err)
		}
		if err := h.hand(in); !errors.Is(err, errRunning) {
			t.Errorf("meanwhile: %v", err)
		}
		return agent(call)
	}
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	if h.calls() != 1 || len(h.messages()) != 2 {
		t.Errorf("%d calls, %d messages", h.calls(), len(h.messages()))
	}
}

// Whoever was too slow sends what the other one answered, and ends nothing.
func TestLeaseEnded(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	agent := h.agent
	h.agent = func(call fakeaws.AgentCall) (string, io.Reader, error) {
		h.mu.Lock()
		h.agent = agent
		h.mu.Unlock()
		h.pass(time.Minute)
		if err := h.hand(in); err != nil {
			t.Error(err)
		}
		slow := grounded()
		slow.Text = "Another answer."
		return "text/event-stream", fakeaws.Events(answerEvent(slow)), nil
	}
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	now := h.turnNow(in)
	if now.Attempt != 2 || now.State != contract.TurnDone || now.Events[0].Attempt != 2 || len(h.messages()) != 2 {
		t.Errorf("%+v", now)
	}
	for _, e := range h.clients.Got(client) {
		if e.Answer != nil && strings.Contains(e.Answer.Text, "Another") {
			t.Errorf("%+v", e.Answer)
		}
	}
	if sum(h.metrics(contract.MetricConversations)) != 1 {
		t.Error(h.metrics(contract.MetricConversations))
	}
}

// rebind is the client coming with another connection.
func (h *harness) rebind(in contract.ChatHandover, id string, seen int) {
	h.t.Helper()
	if _, err := h.turns(in).Rebind(context.Background(), in.TurnID, in.Subject, id, endpoint, seen); err != nil {
		h.t.Fatal(err)
	}
}

func TestRebind(t *testing.T) {
	stream := []contract.AgentEvent{
		delta("A"), {Type: contract.AgentEventCitation, Citation: &manual}, delta("B"), {Type: contract.AgentEventCitation, Citation: &manual}, answerEvent(grounded()),
	} // events 1 delta, 2 citation, 3 delta, 4 citation, 5 done
	tests := []struct {
		name   string
		after  int                                               // the number of the event after which it happens
		do     func(*harness, contract.ChatHandover)             // once
		old    string                                            // types that the first connection gets
		new    string                                            // types that the second one gets
		number int                                               // of the first event that that one gets
		more   func(*testing.T, *harness, contract.ChatHandover) // afterwards
	}{
		{"gone, and back before it is noticed", 2, func(h *harness, in contract.ChatHandover) { h.clients.Close(client); h.rebind(in, "client-2", 1) },
			"delta citation", "citation delta citation done", 2, nil},
		{"gone, having seen nothing", 2, func(h *harness, in contract.ChatHandover) { h.clients.Close(client); h.rebind(in, "client-2", 0) },
			"delta citation", "delta citation delta citation done", 1, nil},
		{"gone, having seen more than there is", 2, func(h *harness, in contract.ChatHandover) { h.clients.Close(client); h.rebind(in, "client-2", 99) },
			"delta citation", "done", 5, nil},
		{"moved while the old one stays open", 3, func(h *harness, in contract.ChatHandover) { h.rebind(in, "client-2", 1) },
			"delta citation delta citation done", "citation delta citation done", 2, nil},
		{"moved after the last event", 5, func(h *harness, in contract.ChatHandover) { h.rebind(in, "client-2", 4) },
			"delta citation delta citation done", "done", 5, nil},
		{"moved, having seen all", 5, func(h *harness, in contract.ChatHandover) { h.rebind(in, "client-2", 5) },
			"delta citation delta citation done", "", 0, nil},
		{"gone for good", 1, func(h *harness, _ contract.ChatHandover) { h.clients.Close(client) }, "delta", "", 0, nil},
		{"gone twice", 2, func(h *harness, in contract.ChatHandover) {
			h.clients.Close(client)
			h.clients.Close("client-2")
			h.rebind(in, "client-2", 2)
		}, "delta citation", "", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t)
			h.says(stream...)
			in := h.accept(handed())
			h.clients.OnPost(func(id string, e contract.ChatEvent) {
				if id == client && e.Number == tt.after {
					tt.do(h, in)
				}
			})
			if err := h.hand(in); err != nil {
				t.Fatal(err)
			}
			if got := typesOf(h.clients.Got(client)); got != tt.old {
				t.Errorf("the first one got %q", got)
			}
			got := h.clients.Got("client-2")
			if typesOf(got) != tt.new {
				t.Errorf("the second one got %q", typesOf(got))
			}
			for n, e := range got {
				if e.Number != tt.number+n {
					t.Errorf("%+v", e)
				}
			}
			now := h.turnNow(in)
			if now.State != contract.TurnDone || typesOf(now.Events) != "citation citation done" || h.calls() != 1 {
				t.Errorf("%+v", now)
			}
			// Who comes later still gets it from the turn.
			late, err := h.turns(in).Rebind(context.Background(), turn, in.Subject, "client-3", endpoint, 3)
			if err != nil || typesOf(late.Events) != "citation citation done" {
				t.Errorf("%+v, %v", late, err)
			}
		})
	}
}

// A client that comes back while the turn ends, between what is sent and what is
// recorded; and one that does not stop moving.
func TestRebindWhileItEnds(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	h.clients.OnPost(func(_ string, e contract.ChatEvent) {
		if e.Type == contract.EventTypeDone { // the claim has been made: this is before the turn's end
			h.cloud.Meanwhile("UpdateItem", func() { h.rebind(in, "client-2", 1) })
			h.clients.OnPost(nil)
		}
	})
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	if got := h.clients.Got("client-2"); typesOf(got) != "done" || h.turnNow(in).State != contract.TurnDone {
		t.Errorf("%+v", got)
	}

	h = newHarness(t)
	in = h.accept(handed())
	moves := 0
	h.clients.OnPost(func(_ string, e contract.ChatEvent) {
		if e.Type == contract.EventTypeDone {
			moves++
			h.rebind(in, client, 0)
		}
	})
	if err := h.hand(in); err == nil || moves != maxMoves+1 {
		t.Errorf("%v after %d moves", err, moves)
	}
	h.clients.OnPost(nil)
	if now := h.turnNow(in); now.State != contract.TurnAccepted {
		t.Errorf("%+v", now)
	}
	if err := h.hand(in); err != nil || h.turnNow(in).State != contract.TurnDone || h.calls() != 1 {
		t.Errorf("another attempt: %v, %d calls", err, h.calls())
	}
}

// An endpoint that someone wrote into the turn, and that is none, gets nothing.
func TestRebindElsewhere(t *testing.T) {
	h := newHarness(t)
	in := h.accept(handed())
	h.clients.OnPost(func(string, contract.ChatEvent) {
		h.clients.OnPost(nil)
		h.clients.Close(client)
		if _, err := h.turns(in).Rebind(context.Background(), turn, in.Subject, "client-2", "https://evil.example/dev", 0); err != nil {
			t.Error(err)
		}
	})
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	if got := h.clients.Got("client-2"); len(got) != 0 || h.turnNow(in).State != contract.TurnDone || !strings.Contains(h.log.String(), "endpoint is none") {
		t.Errorf("%+v", got)
	}
}

// Trouble of the connection does not lose events: what was not sent is sent
// with the next one, and an answer that could not be sent is sent by another
// attempt, without asking the agent again.
func TestSendingFails(t *testing.T) {
	fail := func(h *harness, which func(n int) bool) {
		n := 0
		h.cloud.SetFault(func(operation string) error {
			if operation != "PostToConnection" {
				return nil
			}
			if n++; which(n) {
				return fakeaws.Throttled()
			}
			return nil
		})
	}
	stream := []contract.AgentEvent{delta("A"), {Type: contract.AgentEventCitation, Citation: &manual}, delta("B"), answerEvent(grounded())}
	t.Run("for a moment", func(t *testing.T) {
		h := newHarness(t)
		h.says(stream...)
		in := h.accept(handed())
		fail(h, func(n int) bool { return n == 2 })
		if err := h.hand(in); err != nil || typesOf(h.clients.Got(client)) != "delta citation done" {
			t.Errorf("%v, %q", err, typesOf(h.clients.Got(client)))
		}
	})
	t.Run("until the answer", func(t *testing.T) {
		h := newHarness(t)
		h.says(delta("A"), stream[1], stream[1], stream[1], stream[1], stream[1], stream[3])
		in := h.accept(handed())
		fail(h, func(n int) bool { return n <= maxFailures })
		if err := h.hand(in); err != nil || typesOf(h.clients.Got(client)) != "delta citation citation citation citation citation done" {
			t.Errorf("%v, %q", err, typesOf(h.clients.Got(client)))
		}
	})
	t.Run("all the time", func(t *testing.T) {
		h := newHarness(t)
		h.says(stream...)
		in := h.accept(handed())
		fail(h, func(int) bool { return true })
		if err := h.hand(in); err == nil || h.turnNow(in).State != contract.TurnAccepted {
			t.Errorf("%v", err)
		}
		h.cloud.SetFault(nil)
		if err := h.hand(in); err != nil || h.calls() != 1 {
			t.Errorf("%v, %d calls", err, h.calls())
		}
		got := h.clients.Got(client)
		if typesOf(got) != "done" || got[0].Answer.Text != "Open the settings, or mail [EMAIL]." || got[0].Attempt != 2 || !got[0].Answer.Grounded || got[0].Answer.Confidence != 0.5 {
			t.Errorf("%+v", got)
		}
		if sum(h.metrics(contract.MetricConversations)) != 1 {
			t.Error("counted twice")
		}
	})
}
