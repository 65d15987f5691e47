package main

import (
	"context"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

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

// Where the client is can't be read for a moment.
func TestRebindUnread(t *testing.T) {
	h := newHarness(t)
	citation := contract.AgentEvent{Type: contract.AgentEventCitation, Citation: &manual}
	h.says(citation, citation, citation, answerEvent(grounded()))
	in := h.accept(handed())
	h.clients.OnPost(func(id string, e contract.ChatEvent) {
		if id != client {
			return
		}
		h.clients.Close(client)
		h.rebind(in, "client-2", 0)
		failed := false
		h.cloud.SetFault(func(operation string) error {
			if operation == "GetItem" && !failed {
				failed = true
				return fakeaws.Down()
			}
			return nil
		})
	})
	seen := 0
	if err := h.hand(in); err != nil {
		t.Fatal(err)
	}
	for n, e := range h.clients.Got("client-2") {
		if seen++; e.Number != n+1 {
			t.Errorf("%+v", e)
		}
	}
	// The second event finds the connection gone, the third one finds the new one: it is not left to the turn's end.
	posts := 0
	for _, operation := range h.cloud.Calls() {
		if operation == "PostToConnection" {
			posts++
		}
	}
	if seen != 4 || posts != 1+2+4 {
		t.Errorf("%d events, %d posts", seen, posts)
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
		h.says(append([]contract.AgentEvent{stream[1], stream[1], stream[1]}, stream...)...)
		in := h.accept(handed())
		tried := 0
		fail(h, func(n int) bool { tried = n; return true })
		if err := h.hand(in); err == nil || h.turnNow(in).State != contract.TurnAccepted {
			t.Errorf("%v", err)
		}
		if tried != maxFailures+1 { // the last event, and no more
			t.Errorf("sending was tried %d times", tried)
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
