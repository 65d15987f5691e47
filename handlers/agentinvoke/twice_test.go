package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

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
		h.clock.Pass(time.Minute)
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
