package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// resume asks for a turn over another connection of the same person.
func (h *harness) resume(last int) []contract.ChatEvent {
	h.t.Helper()
	return h.do(at{route: contract.RouteStatus, id: "c-new", body: fmt.Sprintf(`{"action":"status","turnId":"t-1","lastEvent":%d}`, last)})
}

func TestStatus(t *testing.T) {
	h := newHarness(t)
	if d := cmp.Diff([]contract.ChatEvent{{Type: "status", State: "open"}}, h.do(at{route: contract.RouteStatus, groups: "operator", body: `{"action":"status"}`})); d != "" {
		t.Errorf("connection (-want +got):\n%s", d)
	}
	if got := h.resume(0); code(got) != contract.ChatNotFound || got[0].TurnID != "t-1" {
		t.Errorf("before: %+v", got)
	}
	h.chat(question)
	if d := cmp.Diff([]contract.ChatEvent{{Type: "status", TurnID: "t-1", ConversationID: "conversation-7", State: "accepted"}}, h.resume(3)); d != "" {
		t.Errorf("accepted (-want +got):\n%s", d)
	}
	if turn := h.turns()[0]; turn.ConnectionID != "c-new" || turn.SeenEvent != 3 || turn.Binding != 1 {
		t.Errorf("%+v", turn)
	}
	if _, ok, err := h.asAgentInvoke("acme").Claim(t.Context(), "t-1", time.Minute); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got := h.resume(5); len(got) != 1 || got[0].State != contract.TurnRunning || h.turns()[0].SeenEvent != 5 {
		t.Errorf("running: %+v", got)
	}
	h.clock.Pass(time.Minute)
	if got := h.resume(5); code(got) != contract.ChatNotReplayed || got[0].TurnID != "t-1" || got[0].Error.RetryAfter == 0 {
		t.Errorf("broken off: %+v", got)
	}
	h.answered("acme", "t-1")
	status := contract.ChatEvent{Type: "status", TurnID: "t-1", ConversationID: "conversation-9", State: "done"}
	citation := contract.ChatEvent{Type: "citation", TurnID: "t-1", Number: 4, Citation: &contract.Citation{DocumentID: "d"}}
	done := contract.ChatEvent{Type: "done", TurnID: "t-1", Number: 7, Answer: &contract.ChatAnswer{Text: "confidential answer"}}
	for last, want := range map[int][]contract.ChatEvent{0: {status, citation, done}, 4: {status, done}, 6: {status, done}, 7: {status}, 99: {status}} {
		if d := cmp.Diff(want, h.resume(last)); d != "" {
			t.Errorf("done, after %d (-want +got):\n%s", last, d)
		}
	}
	if len(h.handovers()) != 1 {
		t.Errorf("%d hand-overs", len(h.handovers()))
	}
}

// A turn is its person's: for anybody else there is none.
func TestForeignTurns(t *testing.T) {
	h := newHarness(t)
	h.chat(question)
	for name, a := range map[string]at{"a colleague": {person: "colleague", id: "c-2"}, "another tenant": {tenant: "globex", person: "person-of-acme"}} {
		a.route, a.body = contract.RouteStatus, `{"action":"status","turnId":"t-1"}`
		if got := h.do(a); code(got) != contract.ChatNotFound {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if turn := h.turns()[0]; turn.ConnectionID != "c-acme" || turn.Binding != 0 || len(h.cloud.Denied()) != 0 {
		t.Errorf("%+v, %v", turn, h.cloud.Denied())
	}
	h.answered("acme", "t-1")
	if got := h.do(at{route: contract.RouteStatus, person: "colleague", id: "c-2", body: `{"action":"status","turnId":"t-1"}`}); code(got) != contract.ChatNotFound {
		t.Errorf("done: %+v", got)
	}
}

// A turn that is done while its client asks for it is replayed.
func TestDoneMeanwhile(t *testing.T) {
	h := newHarness(t)
	h.chat(question)
	h.cloud.Meanwhile("UpdateItem", func() { h.answered("acme", "t-1") })
	if got := h.resume(4); len(got) != 2 || got[0].State != contract.TurnDone || got[1].Type != contract.EventTypeDone {
		t.Errorf("%+v", got)
	}
}
