package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/store"
)

const question = `{"action":"chat","turnId":"t-1","message":"confidential question","conversationId":"conversation-7","ticketId":"ticket-7"}`

func TestChat(t *testing.T) {
	h := newHarness(t)
	if d := cmp.Diff([]contract.ChatEvent{{Type: "accepted", TurnID: "t-1", ConversationID: "conversation-7"}}, h.chat(question)); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	const endpoint = "https://z9y8x7w6v5.execute-api.us-east-1.amazonaws.com/dev"
	if d := cmp.Diff([]contract.ChatHandover{{
		TenantID: "acme", Subject: "person-of-acme", TurnID: "t-1", ConversationID: "conversation-7", TicketID: "ticket-7", Message: "confidential question",
		ConnectionID: "c-acme", Endpoint: endpoint, AcceptedAt: "2024-01-20T11:55:08.000Z",
	}}, h.handovers()); d != "" {
		t.Errorf("hand-over (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]contract.Turn{{
		TenantID: "acme", TurnID: "t-1", Subject: "person-of-acme", Asked: store.Asked("conversation-7", "ticket-7", "confidential question"), ConversationID: "conversation-7",
		State: contract.TurnAccepted, AcceptedAt: "2024-01-20T11:55:08.000Z", ConnectionID: "c-acme", Endpoint: endpoint, ExpiresAt: h.clock.Now().Add(store.RememberFor).Unix(),
	}}, h.turns()); d != "" {
		t.Errorf("turn (-want +got):\n%s", d)
	}
	// Without an id each message is a turn of its own.
	first, second := h.chat(`{"action":"chat","message":"m"}`), h.chat(`{"action":"chat","message":"m"}`)
	if len(first) != 1 || len(second) != 1 || first[0].TurnID == second[0].TurnID || len(h.handovers()) != 3 || first[0].ConversationID != "" {
		t.Errorf("%+v, %+v", first, second)
	}
	handlertest.LogsFacts(t, h.log, "confidential")
	if strings.Contains(h.metric.String(), "Errors") || strings.Count(h.metric.String(), `"TenantRequestCount":1`) != 3 {
		t.Error(h.metric)
	}
}

func TestChatAgain(t *testing.T) {
	h := newHarness(t)
	h.chat(question)
	accepted := []contract.ChatEvent{{Type: "accepted", TurnID: "t-1", ConversationID: "conversation-7"}}
	again := func(what string, handovers int, want []contract.ChatEvent) {
		t.Helper()
		if d := cmp.Diff(want, h.chat(question)); d != "" {
			t.Errorf("%s: events (-want +got):\n%s", what, d)
		}
		if got := len(h.handovers()); got != handovers {
			t.Errorf("%s: %d hand-overs, want %d", what, got, handovers)
		}
	}
	again("not begun: perhaps never handed over", 2, accepted)
	if _, ok, err := h.asAgentInvoke("acme").Claim(t.Context(), "t-1", time.Minute); err != nil || !ok {
		t.Fatal(ok, err)
	}
	again("being answered", 2, accepted)
	h.clock.Pass(time.Minute)
	again("broken off", 3, accepted)
	h.answered("acme", "t-1")
	done := []contract.ChatEvent{
		{Type: "accepted", TurnID: "t-1", ConversationID: "conversation-9"},
		{Type: "citation", TurnID: "t-1", Number: 4, Citation: &contract.Citation{DocumentID: "d"}},
		{Type: "done", TurnID: "t-1", Number: 7, Answer: &contract.ChatAnswer{Text: "confidential answer"}},
	}
	again("answered", 3, done)
	for name, other := range map[string]string{
		"another message": strings.Replace(question, "question", "other", 1), "another ticket": strings.Replace(question, "ticket-7", "ticket-8", 1),
		"another conversation": strings.Replace(question, "conversation-7", "c", 1),
	} {
		if got := h.chat(other); code(got) != contract.ChatConflict || got[0].TurnID != "t-1" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := h.do(at{route: contract.RouteChat, person: "colleague", body: question}); code(got) != contract.ChatConflict {
		t.Errorf("a colleague's: %+v", got)
	}
	if got := h.do(at{route: contract.RouteChat, tenant: "globex", body: question}); len(got) != 1 || got[0].Type != contract.EventTypeAccepted {
		t.Errorf("another tenant's: %+v", got)
	}
	if len(h.cloud.Denied()) != 0 {
		t.Error(h.cloud.Denied())
	}
}

// A client that reconnects and sends its message again gets the events there.
func TestChatAgainElsewhere(t *testing.T) {
	h := newHarness(t)
	h.chat(question)
	if _, ok, err := h.asAgentInvoke("acme").Claim(t.Context(), "t-1", time.Minute); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got := h.do(at{route: contract.RouteChat, id: "c-new", body: question}); len(got) != 1 || got[0].Type != contract.EventTypeAccepted {
		t.Errorf("%+v", got)
	}
	if turn := h.turns()[0]; turn.ConnectionID != "c-new" || turn.Binding != 1 || turn.State != contract.TurnRunning || len(h.handovers()) != 1 {
		t.Errorf("%+v", turn)
	}
}

func TestRefuses(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	for name, tt := range map[string]struct {
		at     at
		code   string
		detail string
	}{
		"no role":                 {at{route: contract.RouteChat, groups: " ", body: question}, contract.ChatForbidden, ""},
		"an operator":             {at{route: contract.RouteChat, groups: "operator", body: question}, contract.ChatForbidden, ""},
		"no JSON":                 {at{route: contract.RouteChat, body: "confidential"}, contract.ChatInvalid, "body is not JSON"},
		"an empty body":           {at{route: contract.RouteChat}, contract.ChatInvalid, "body is not JSON"},
		"a list":                  {at{route: contract.RouteChat, body: `["chat"]`}, contract.ChatInvalid, "body must be of type object"},
		"another action":          {at{route: contract.RouteChat, body: `{"action":"status","message":"m"}`}, contract.ChatInvalid, "action must be one of [chat]"},
		"no message":              {at{route: contract.RouteChat, body: `{"action":"chat"}`}, contract.ChatInvalid, "message is missing"},
		"an empty message":        {at{route: contract.RouteChat, body: `{"action":"chat","message":""}`}, contract.ChatInvalid, "message must have at least 1"},
		"a long message":          {at{route: contract.RouteChat, body: `{"action":"chat","message":"` + long(8001) + `"}`}, contract.ChatInvalid, "message may have at most 8000"},
		"a message of numbers":    {at{route: contract.RouteChat, body: `{"action":"chat","message":[1]}`}, contract.ChatInvalid, "message must be of type string"},
		"a turn with a separator": {at{route: contract.RouteChat, body: `{"action":"chat","message":"m","turnId":"a#b"}`}, contract.ChatInvalid, "turnId is not of the form"},
		"a tenant":                {at{route: contract.RouteChat, body: `{"action":"chat","message":"m","tenantId":"globex"}`}, contract.ChatInvalid, "body has 1 properties"},
		"two wrong fields":        {at{route: contract.RouteChat, body: `{"action":"chat","message":1,"turnId":""}`}, contract.ChatInvalid, "message must be of type string; turnId is not"},
		"too large":               {at{route: contract.RouteChat, body: `{"action":"chat","message":"m"` + long(maxMessage) + `}`}, contract.ChatInvalid, "body is too large"},
		"far too large":           {at{route: contract.RouteChat, body: long(2 * maxMessage)}, contract.ChatInvalid, "body is too large"},
		"no UTF-8":                {at{route: contract.RouteChat, body: "{\"action\":\"chat\",\"message\":\"\xff\"}"}, contract.ChatInvalid, "body is not UTF-8"},
		"no base64":               {at{route: contract.RouteChat, base64: true, body: "{"}, contract.ChatInvalid, "body is not base64"},
		"a last event alone":      {at{route: contract.RouteStatus, body: `{"action":"status","lastEvent":1}`}, contract.ChatInvalid, "body"},
		"a last event below 0":    {at{route: contract.RouteStatus, body: `{"action":"status","turnId":"t","lastEvent":-1}`}, contract.ChatInvalid, "lastEvent must be at least 0"},
		"a last event of text":    {at{route: contract.RouteStatus, body: `{"action":"status","turnId":"t","lastEvent":"1"}`}, contract.ChatInvalid, "lastEvent must be of type integer"},
		"a last event of 1e3":     {at{route: contract.RouteStatus, body: `{"action":"status","turnId":"t","lastEvent":1e3}`}, contract.ChatInvalid, "body is not as its model says"},
		"an unknown action":       {at{route: contract.RouteDefault, body: `{"action":"delete"}`}, contract.ChatUnknownRoute, "no such action"},
		"no action":               {at{route: contract.RouteDefault, body: `{}`}, contract.ChatUnknownRoute, ""},
		"no JSON, no action":      {at{route: contract.RouteDefault, body: `{`}, contract.ChatInvalid, "body is not JSON"},
		"a route of its own":      {at{route: "other", body: `{}`}, contract.ChatUnknownRoute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			got := h.do(tt.at)
			if code(got) != tt.code || !strings.Contains(got[0].Error.Detail, tt.detail) || strings.Contains(got[0].Error.Detail, "confidential") {
				t.Errorf("%+v", got)
				for _, e := range got {
					t.Errorf("%+v", e.Error)
				}
			}
			if len(h.turns()) != 0 || len(h.handovers()) != 0 || h.clients.Closed("c-acme") || strings.Contains(h.metric.String(), "Errors") {
				t.Errorf("%v, %v, %s", h.turns(), h.handovers(), h.metric)
			}
			handlertest.LogsFacts(t, h.log, "confidential")
		})
	}
	h := newHarness(t)
	if got := h.do(at{route: contract.RouteChat, base64: true, body: base64.StdEncoding.EncodeToString([]byte(question))}); len(got) != 1 || got[0].Type != contract.EventTypeAccepted {
		t.Errorf("base64: %+v", got)
	}
	// Every character that JSON escapes as a pair, as many as a message may have.
	if got := h.chat(`{"action":"chat","message":"` + strings.Repeat(`\ud83d\ude00`, 8000) + `"}`); len(got) != 1 || got[0].Type != contract.EventTypeAccepted {
		t.Errorf("the longest message: %+v", got)
	}
}

// Two tenants at once: each client gets its own turns' events, and agent-invoke
// is told whose they are.
func TestTwoTenants(t *testing.T) {
	h := newHarness(t)
	var wait sync.WaitGroup
	for n := range 100 {
		wait.Go(func() {
			who := []string{"acme", "globex"}[n%2]
			h.do(at{route: contract.RouteChat, tenant: who, id: fmt.Sprint("c-", who, n), body: fmt.Sprintf(`{"action":"chat","message":"of %s","turnId":"t-%d"}`, who, n/2)})
		})
	}
	wait.Wait()
	handovers := h.handovers()
	for _, o := range handovers {
		if o.Message != "of "+o.TenantID || o.Subject != "person-of-"+o.TenantID || !strings.HasPrefix(o.ConnectionID, "c-"+o.TenantID) {
			t.Errorf("%+v", o)
		}
		if got := h.got(o.ConnectionID, 0); len(got) != 1 || got[0].TurnID != o.TurnID {
			t.Errorf("%s got %+v", o.ConnectionID, got)
		}
	}
	if len(handovers) != 100 || len(h.turns()) != 100 || len(h.cloud.Denied()) != 0 {
		t.Errorf("%d hand-overs, %d turns, %v", len(handovers), len(h.turns()), h.cloud.Denied())
	}
}

// Whatever a client sends: it gets events, or nothing, and never a word of its
// message back.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		question, `{"action":"status"}`, `{"action":"status","turnId":"t-1","lastEvent":2}`, `{}`, ``, `[`, `{"action":"chat","message":{"$ref":"#"}}`, "\xff\x00",
		`{"action":"chat","message":"m","turnId":"../x"}`, `{"action":"chat","message":"m","action":"x"}`, strings.Repeat("[", 20000),
	} {
		for n := range 3 {
			f.Add(n, seed, false)
		}
	}
	f.Add(0, base64.StdEncoding.EncodeToString([]byte(question)), true)
	routes := []contract.WebSocketRoute{contract.RouteChat, contract.RouteStatus, contract.RouteDefault}
	f.Fuzz(func(t *testing.T, route int, body string, encoded bool) {
		h := newHarness(t)
		got := h.do(at{route: routes[max(route, -route)&3%3], body: body, base64: encoded})
		if len(got) != 1 || len(h.cloud.Denied()) != 0 || strings.Contains(h.log.String(), `"message":"panic"`) {
			t.Fatalf("%q: %+v, %v\n%s", body, got, h.cloud.Denied(), h.log)
		}
		if e := got[0].Error; e != nil && e.Code != contract.ChatInvalid && e.Code != contract.ChatUnknownRoute && e.Code != contract.ChatNotFound {
			t.Errorf("%q: %+v", body, e)
		}
		if len(h.handovers()) != len(h.turns()) {
			t.Errorf("%q: %d hand-overs of %d turns", body, len(h.handovers()), len(h.turns()))
		}
	})
}
