package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// Each AWS call fails once, before it did its work and after it: the same
// request sent again ends as if nothing had been, nothing is there twice, and
// events come at least once.
func TestCrashes(t *testing.T) {
	for _, kind := range contract.ActionTypes {
		for _, form := range []string{"confirm", "refuse", "begin"} {
			for _, after := range []bool{false, true} {
				for number := 1; ; number++ {
					h := newHarness(t)
					c, want := call{kind: kind, key: "k", body: input(inputs[kind], "")}, 201
					if form != "begin" {
						c, want = call{kind: kind, body: decide(h.byAgent("acme", kind, nil), form)}, 200
					}
					failed := ""
					h.cloud.SetFault(failAt(number, after, &failed))
					status, _ := h.send(c)
					if failed == "" {
						if status != want || number < 4 {
							t.Errorf("%s %s without a fault after %d calls: %d", form, kind, number, status)
						}
						break
					}
					at := fmt.Sprintf("%s %s, call %d (%s) fails, after its work: %v", form, kind, number, failed, after)
					if status < 500 && status != want {
						t.Errorf("%s: %d", at, status)
					}
					h.do(c, want)
					h.do(c, want)
					h.isDone(at, kind, form)
				}
			}
		}
	}
}

// failAt fails the call with the number, once.
func failAt(number int, after bool, failed *string) func(string) error {
	calls := 0
	return func(operation string) error {
		if calls++; calls != number {
			return nil
		}
		*failed = operation
		if after {
			return fakeaws.AfterError{Err: fakeaws.Down()}
		}
		return fakeaws.Down()
	}
}

// isDone checks what is there after a request of the form.
func (h *harness) isDone(at, kind, form string) {
	h.t.Helper()
	pending := form == "begin" && kind != contract.ToolEscalateToHuman
	executed := form == "confirm" || (form == "begin" && !pending)
	by := map[string]string{"begin": "person-of-acme"}[form]
	if by == "" {
		by = "agent"
	}
	steps := "requested by " + by
	events := map[string]int{}
	switch {
	case form == "refuse":
		steps += ", refused by person-of-acme"
	case executed:
		steps += ", confirmed by person-of-acme, executed by system"
		switch kind {
		case contract.ToolEscalateToHuman:
			events[contract.EventEscalation] = 1
		case contract.ToolCreateTicket:
			events[contract.EventTicketCreated] = 1
			fallthrough
		default:
			steps += ", told by system"
			events[contract.EventActionExecuted] = 1
		}
	}
	if h.steps() != steps {
		h.t.Errorf("%s: steps %s, want %s", at, h.steps(), steps)
	}
	tickets := 0
	if executed && kind == contract.ToolCreateTicket {
		tickets = 1
	}
	if len(h.tickets()) != tickets {
		h.t.Errorf("%s: %d tickets", at, len(h.tickets()))
	}
	got := h.told()
	for name, least := range events {
		if got[name] < least || got[name] > 2 { // once more for the one fault
			h.t.Errorf("%s: %d of %s", at, got[name], name)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		h.t.Errorf("%s: events %v", at, got)
	}
}

// A transaction that others keep getting in the way of is no error where one of
// them did the work.
func TestBusy(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolCreateTicket, nil)
	h.cloud.SetFault(func(operation string) error {
		if operation == "TransactWriteItems" {
			return fakeaws.Conflict()
		}
		return nil
	})
	if body := h.do(call{body: decide(id, "confirm")}, 503); !strings.Contains(body["detail"].(string), "Send the request again") {
		t.Error(body)
	}
	if h.steps() != "requested by agent, confirmed by person-of-acme" {
		t.Error(h.steps())
	}
	// Another request does it while this one is in the way.
	tries := 0
	h.cloud.SetFault(func(operation string) error {
		if operation != "TransactWriteItems" {
			return nil
		}
		if tries++; tries > 1 && tries < 6 {
			return fakeaws.Conflict()
		}
		return nil
	})
	h.cloud.Meanwhile("TransactWriteItems", func() { h.do(call{person: "other", body: decide(id, "confirm")}, 200) })
	if body := h.do(call{body: decide(id, "confirm")}, 200); body["step"] != "executed" || tries != 5 {
		t.Errorf("%v after %d tries", body, tries)
	}
	if len(h.tickets()) != 1 {
		t.Errorf("%d tickets", len(h.tickets()))
	}
}

// A service that stays away is an honest answer, and quotes nothing.
func TestTrouble(t *testing.T) {
	for operation, want := range map[string]int{"AssumeRole": 503, "Query": 503, "PutItem": 503, "TransactWriteItems": 503, "PutEvents": 503, "GetItem": 503} {
		h := newHarness(t)
		id := h.byAgent("acme", contract.ToolCreateTicket, nil)
		h.cloud.SetFault(func(o string) error {
			if o == operation {
				return fakeaws.Down()
			}
			return nil
		})
		if status, body := h.send(call{body: decide(id, "confirm")}); status != want {
			t.Errorf("%s: %d %v", operation, status, body)
		}
		for _, secret := range []string{"confidential", "jane@example.com", "invoice"} {
			if strings.Contains(h.log.String(), secret) {
				t.Errorf("%s: the log holds %q:\n%s", operation, secret, h.log)
			}
		}
	}
	h := newHarness(t)
	h.cloud.SetFault(func(string) error { return errors.New("odd") })
	if status, _ := h.send(call{body: decide("0199a0a0-0000-7000-8000-000000000000", "confirm")}); status != 500 {
		t.Errorf("%d", status)
	}
}
