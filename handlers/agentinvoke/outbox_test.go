package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
)

// recorded are the events that a client got, with the time that had passed.
type recorded struct {
	began  time.Time
	events []string
	number int
}

func (r *recorded) Post(_ context.Context, _, _ string, message []byte) error {
	var e contract.ChatEvent
	if err := json.Unmarshal(message, &e); err != nil {
		return err
	}
	if e.Number != r.number+1 {
		panic("an event is missing")
	}
	r.number = e.Number
	r.events = append(r.events, time.Since(r.began).String()+" "+e.Type+" "+e.Text)
	return nil
}

func newOutbox(to poster) *outbox {
	return &outbox{
		log: slog.New(slog.DiscardHandler), poster: to, now: time.Now, after: time.After,
		turn: contract.Turn{TurnID: turn, ConnectionID: client, Endpoint: endpoint, Attempt: 1},
	}
}

// Text is sent in pieces: the first at once, later ones when there is enough of
// it or it has waited long enough.
func TestTextIsSentInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &recorded{began: time.Now()}
		o := newOutbox(to)
		ctx := t.Context()
		say := func(text string) { o.take(ctx, delta(text)) }
		wait := func(d time.Duration) { // as the loop does
			for end := time.After(d); ; {
				select {
				case <-end:
					return
				case <-o.due():
					o.flush(ctx)
				}
			}
		}
		say("a") // at 0
		wait(10 * time.Millisecond)
		say("b")
		wait(10 * time.Millisecond)
		say("c")
		wait(200 * time.Millisecond) // b and c at 100 ms
		say("d")                     // at once: at 220 ms
		wait(time.Millisecond)
		say(strings.Repeat("e", deltaSize)) // enough
		wait(time.Millisecond)
		say("f")
		o.take(ctx, contract.AgentEvent{Type: contract.AgentEventCitation, Citation: &manual}) // after the text before it
		wait(time.Second)
		want := []string{"0s delta a", "100ms delta bc", "220ms delta d", "221ms delta " + strings.Repeat("e", deltaSize), "222ms delta f", "222ms citation "}
		if got := strings.Join(to.events, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("got\n%s", got)
		}
		if o.due() != nil {
			t.Error("it waits for nothing")
		}
	})
}

func TestOutboxIsBounded(t *testing.T) {
	to := &recorded{}
	o := newOutbox(to)
	for range maxSources + 5 {
		o.take(t.Context(), contract.AgentEvent{Type: contract.AgentEventCitation, Citation: &manual})
	}
	if to.number != maxSources {
		t.Errorf("%d sources were sent", to.number)
	}
	for range contract.TurnEventsMax + 5 {
		o.take(t.Context(), delta(strings.Repeat("x", deltaSize)))
	}
	if to.number != maxEvents || maxEvents >= contract.TurnEventsMax {
		t.Errorf("%d events were sent", to.number)
	}
}

// The last event fits into a message, whatever the answer is like.
func TestEncode(t *testing.T) {
	answer := func(change func(*contract.ChatAnswer)) contract.ChatEvent {
		a := contract.ChatAnswer{Text: strings.Repeat("x", 32<<10)}
		for range 20 {
			a.Citations = append(a.Citations, contract.Citation{DocumentID: "d", Snippet: strings.Repeat("s", 1<<10)})
		}
		input, _ := json.Marshal(strings.Repeat("i", 20<<10))
		a.PendingActions = []contract.Action{{ActionID: "1", Input: input}, {ActionID: "2", Input: input}}
		change(&a)
		return contract.ChatEvent{Type: contract.EventTypeDone, Answer: &a}
	}
	tests := []struct {
		name                   string
		event                  contract.ChatEvent
		inputs, snippets, text bool // that are still whole
	}{
		{"as large as an answer is", answer(func(*contract.ChatAnswer) {}), true, true, true},
		{"quotes", answer(func(a *contract.ChatAnswer) { a.Text = strings.Repeat(`"`, 32<<10) }), false, true, true},
		{"quotes in snippets too", answer(func(a *contract.ChatAnswer) {
			a.Text = strings.Repeat(`"`, 32<<10)
			for n := range a.Citations {
				a.Citations[n].Snippet = strings.Repeat("\x01", 1<<10)
			}
		}), false, false, true},
		{"characters that JSON escapes", answer(func(a *contract.ChatAnswer) { a.Text = strings.Repeat("\x01", 32<<10) }), false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := marshal(tt.event)
			text := encode(tt.event)
			if len(text) > connection.MaxMessage || !bytes.Equal(before, marshal(tt.event)) {
				t.Fatalf("%d bytes, or the event was changed", len(text))
			}
			var got contract.ChatEvent
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if (string(got.Answer.PendingActions[0].Input) != "null") != tt.inputs || (got.Answer.Citations[0].Snippet != "") != tt.snippets || (got.Answer.Text == tt.event.Answer.Text) != tt.text || got.Answer.Text == "" {
				t.Errorf("inputs %v, snippets %v, %d of text", string(got.Answer.PendingActions[0].Input) != "null", got.Answer.Citations[0].Snippet != "", len(got.Answer.Text))
			}
		})
	}
	if got := encode(contract.ChatEvent{Type: contract.EventTypeDelta, Text: "<b>&"}); !strings.Contains(string(got), "<b>&") {
		t.Errorf("%s", got)
	}
}

func TestStored(t *testing.T) {
	large, _ := json.Marshal(strings.Repeat("i", 30<<10))
	action := contract.ChatEvent{Type: contract.EventTypeActionRequired, Action: &contract.Action{Input: large}}
	done := contract.ChatEvent{Type: contract.EventTypeDone, Number: 7}
	few := []contract.ChatEvent{{Type: contract.EventTypeDelta}, action, {Type: contract.EventTypeDone}}
	if got := stored(few, done); typesOf(got) != "action_required done" || got[1].Number != 7 {
		t.Errorf("%v", typesOf(got))
	}
	var many []contract.ChatEvent
	for range 9 {
		many = append(many, action)
	}
	if got := stored(append(many, done), done); typesOf(got) != "done" {
		t.Errorf("%v", typesOf(got))
	}
}

func TestRedactJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":["x","jane@example.com",{"b":"jane@example.com"}],"jane@example.com":1.50,"n":null,"t":true}`: `{"[EMAIL]":1.50,"a":["x","[EMAIL]",{"b":"[EMAIL]"}],"n":null,"t":true}`,
		``: ``, `"jane@example.com"`: `"[EMAIL]"`, `12345678901234567890`: `12345678901234567890`, `{`: ``,
	} {
		if got := redactJSON(json.RawMessage(in)); string(got) != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}
