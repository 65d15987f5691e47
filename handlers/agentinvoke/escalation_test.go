package main

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func (h *harness) audit() []contract.AuditItem {
	h.t.Helper()
	var all []contract.AuditItem
	if err := attributevalue.UnmarshalListOfMaps(h.cloud.Items(contract.Audit.Name), &all); err != nil {
		h.t.Fatal(err)
	}
	return all
}

func TestEscalation(t *testing.T) {
	h := newHarness(t)
	h.says(answerEvent(escalating()))
	got := h.do(call{ticket: "t-1"}, 200)
	conversation := got["conversationId"].(string)
	want := fakeaws.Event{Type: contract.EventEscalation, Detail: fmt.Sprintf(`{"tenantId":"acme","conversationId":%q,"ticketId":"t-1","severity":4}`, conversation)}
	if d := cmp.Diff([]fakeaws.Event{want}, h.cloud.Events); d != "" {
		t.Error(d)
	}
	steps := h.audit()
	if len(steps) != 1 || steps[0].At == "" {
		t.Fatalf("%+v", steps)
	}
	steps[0].At = ""
	if d := cmp.Diff(contract.AuditItem{
		TenantID: "acme", ActionID: escalationID, Type: contract.ToolEscalateToHuman, Step: contract.ActionExecuted, By: contract.BySystem, ConversationID: conversation, TicketID: "t-1",
	}, steps[0]); d != "" {
		t.Error(d)
	}
	// It is deflected no more, and only once.
	if d := cmp.Diff([]float64{1, -1}, h.metrics(contract.MetricDeflections)); d != "" {
		t.Error(d)
	}
	a := escalating()
	a.Escalation.ActionID = "0190a2b4-5c6d-7e8f-9a0b-000000000002"
	h.says(answerEvent(a))
	h.do(call{conversation: conversation}, 200)
	if d := cmp.Diff([]float64{1, -1}, h.metrics(contract.MetricDeflections)); d != "" || len(h.cloud.Events) != 2 || len(h.audit()) != 2 {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{1}, h.metrics(contract.MetricConversations)); d != "" {
		t.Error(d)
	}
	// The record of it is no message, and no conversation of its own.
	if len(h.messages()) != 4 {
		t.Errorf("%d messages", len(h.messages()))
	}
	h.clean()
}

// A hand-over that does not happen is not said to have happened.
func TestEscalationFails(t *testing.T) {
	h := newHarness(t)
	h.says(answerEvent(escalating()))
	h.cloud.SetFault(func(operation string) error {
		if operation == "PutEvents" {
			return fakeaws.Down()
		}
		return nil
	})
	h.do(call{key: "k"}, 503)
	h.cloud.SetFault(nil)
	if got := h.do(call{key: "k"}, 200); got["escalated"] != true || h.calls() != 1 || len(h.cloud.Events) != 1 {
		t.Errorf("%v, %d calls, %v", got, h.calls(), h.cloud.Events)
	}
}

func TestSeverity(t *testing.T) {
	for input, want := range map[string]int{`{"severity":1}`: 1, `{"severity":5}`: 5, `{"severity":0}`: 3, `{"severity":6}`: 3, `{}`: 3, `{"severity":"5"}`: 3, `{"severity":1.5}`: 3, ``: 3} {
		if got := severity(json.RawMessage(input)); got != want {
			t.Errorf("%s: %d", input, got)
		}
	}
}

// crash is what goes wrong with one call.
type crash struct {
	name  string
	fault func(at, n int) error // at is the call that it begins with, n this one
}

var crashes = []crash{
	{"it fails before", func(at, n int) error {
		if n == at {
			return fakeaws.Down()
		}
		return nil
	}},
	{"its answer is lost", func(at, n int) error {
		if n == at {
			return fakeaws.AfterError{Err: fakeaws.Down()}
		}
		return nil
	}},
	{"the function ends before it", func(at, n int) error {
		if n >= at {
			return fakeaws.Down()
		}
		return nil
	}},
	{"the function ends after it", func(at, n int) error {
		if n > at {
			return fakeaws.Down()
		}
		if n == at {
			return fakeaws.AfterError{Err: fakeaws.Down()}
		}
		return nil
	}},
}

// everyCrash tries each call of a message with each kind of trouble, and then
// brings the message until it is answered. try reports whether it was.
func everyCrash(t *testing.T, prepare func(*harness), try func(*harness) bool, check func(*testing.T, *harness, string)) {
	t.Helper()
	h := newHarness(t)
	h.says(delta("x"), answerEvent(escalating()))
	prepare(h)
	before := len(h.cloud.Calls())
	if !try(h) {
		t.Fatalf("it fails without a crash: %s", h.log)
	}
	calls := h.cloud.Calls()[before:]
	for _, c := range crashes {
		for at := range calls {
			t.Run(fmt.Sprintf("%d %s: %s", at, calls[at], c.name), func(t *testing.T) {
				h := newHarness(t)
				h.says(delta("x"), answerEvent(escalating()))
				prepare(h)
				n := -1
				h.cloud.SetFault(func(string) error { n++; return c.fault(at, n) })
				answered := try(h)
				h.cloud.SetFault(nil)
				for range 3 {
					if answered {
						break
					}
					h.clock.Pass(time.Minute) // Lambda waits, and so does a client
					answered = try(h)
				}
				if !answered {
					t.Fatalf("never answered: %s", h.log)
				}
				check(t, h, calls[at])
				if len(h.messages()) != 2 {
					t.Errorf("%d messages", len(h.messages()))
				}
				steps := h.audit()
				if len(steps) != 1 || steps[0].Step != contract.ActionExecuted {
					t.Errorf("%+v", steps)
				}
				// The event may come again only where its answer, or the record of it, was lost.
				max := 1
				if (calls[at] == "PutEvents" && c.name != "it fails before") || (calls[at] == "PutItem" && len(h.cloud.Events) == 2) {
					max = 2
				}
				if len(h.cloud.Events) < 1 || len(h.cloud.Events) > max {
					t.Errorf("%d events", len(h.cloud.Events))
				}
				if n := sum(h.metrics(contract.MetricConversations)); n > 1 {
					t.Errorf("%v conversations", n)
				}
				if n := len(h.metrics(contract.MetricDeflections)); n > 2 {
					t.Errorf("%v", h.metrics(contract.MetricDeflections))
				}
				if h.calls() > 2 {
					t.Errorf("the agent was asked %d times", h.calls())
				}
				h.clean()
			})
		}
	}
}

func TestCrashesOfHandovers(t *testing.T) {
	everyCrash(t, func(h *harness) { h.accept(handed()) }, func(h *harness) bool { return h.hand(handed()) == nil }, func(t *testing.T, h *harness, _ string) {
		now := h.turnNow(handed())
		if now.State != contract.TurnDone || now.Events[len(now.Events)-1].Type != contract.EventTypeDone || !now.Events[len(now.Events)-1].Answer.Escalated {
			t.Errorf("%+v", now)
		}
		done, last := 0, contract.ChatEvent{}
		for _, e := range h.clients.Got(client) {
			if last = e; e.Answer != nil {
				done++
			}
		}
		if done == 0 || done > 2 || last.Type != contract.EventTypeDone {
			t.Errorf("%d answers, the last is %q", done, last.Type)
		}
	})
}

func TestCrashesOfRequests(t *testing.T) {
	everyCrash(t, func(*harness) {}, func(h *harness) bool { return h.send(context.Background(), call{key: "k"}).StatusCode == 200 }, func(t *testing.T, h *harness, _ string) {
		for range 2 {
			h.clock.Pass(time.Minute) // an answer whose turn could not be ended stays claimed for its lease
			if got := h.do(call{key: "k"}, 200); got["escalated"] != true {
				t.Errorf("%v", got)
			}
		}
	})
}
