package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
)

// script answers as an agent that found one passage, and echoes whose it is.
func script(r contract.AgentRequest) []contract.AgentEvent {
	citation := contract.Citation{DocumentID: "d1", DocumentTitle: "Printer manual", Snippet: "Open the door.", RelevanceScore: 0.83}
	text := "Tenant " + r.TenantID + " asked: " + r.Message
	return []contract.AgentEvent{
		{Type: contract.AgentEventDelta, Text: "Tenant " + r.TenantID},
		{Type: contract.AgentEventDelta, Text: " asked: " + r.Message},
		{Type: contract.AgentEventCitation, Citation: &citation},
		{Type: contract.AgentEventAnswer, Answer: &contract.AgentAnswer{
			Text: text, Citations: []contract.Citation{citation}, PendingActions: []contract.Action{}, Grounded: true, Confidence: 0.83,
			Usage: contract.AgentUsage{InputTokens: 100, OutputTokens: 20, Invocations: 2, RetrievalHits: 1},
		}},
	}
}

// last is the event that ends a turn, once it is there.
func (h harness) last(c *world.Client, turn string) contract.ChatEvent {
	h.t.Helper()
	var end contract.ChatEvent
	h.eventually("turn "+turn+" ends", func() bool {
		all, err := c.Events()
		if err != nil {
			h.t.Fatal(err)
		}
		for _, e := range all {
			if e.TurnID == turn && (e.Type == contract.EventTypeDone || e.Type == contract.EventTypeError) {
				end = e
				return true
			}
		}
		return false
	})
	return end
}

// People chat over REST and over WebSocket; what is kept is redacted.
func chat(h harness) {
	h.Agents.SetScript(script)
	ctx := h.t.Context()
	p := agent("acme", "asker")
	var first, again contract.ChatAnswer
	const question = `{"message":"My card is 4111 1111 1111 1111, where is the door-of-acme?"}`
	h.send(p, http.MethodPost, "/chat", question, contract.HeaderIdempotencyKey, "chat-1").into(http.StatusOK, &first)
	h.send(p, http.MethodPost, "/chat", question, contract.HeaderIdempotencyKey, "chat-1").into(http.StatusOK, &again)
	if first.MessageID != again.MessageID || first.ConversationID == "" || !first.Grounded || len(first.Citations) != 1 {
		h.t.Errorf("answers %+v and %+v", first, again)
	}
	var messages struct{ Messages []contract.Message }
	kept := h.send(p, http.MethodGet, "/conversations/"+first.ConversationID, "")
	kept.into(http.StatusOK, &messages)
	if len(messages.Messages) != 2 || messages.Messages[0].Role != "user" || messages.Messages[1].Role != "assistant" {
		h.t.Errorf("messages %+v", messages.Messages)
	}
	if strings.Contains(kept.Body, "4111") || !strings.Contains(kept.Body, "door-of-acme") {
		h.t.Errorf("kept %s", kept.Body)
	}
	h.send(agent("acme2", "stranger"), http.MethodGet, "/conversations/"+first.ConversationID, "").into(http.StatusNotFound, nil)
	h.send(agent("acme2", "stranger"), http.MethodPost, "/chat", fmt.Sprintf(`{"message":"What did they ask?","conversationId":%q}`, first.ConversationID)).into(http.StatusNotFound, nil)

	if _, err := h.Connect(ctx, "no.token.atall"); !errors.Is(err, world.ErrNotLetIn) {
		h.t.Errorf("a forged token: %v", err)
	}
	for _, tenant := range []string{"acme", "acme2"} {
		token, err := h.SignIn(ctx, agent(tenant, "chatter"))
		if err != nil {
			h.t.Fatal(err)
		}
		client, err := h.Connect(ctx, token)
		if err != nil {
			h.t.Fatal(err)
		}
		if err := client.Send(ctx, contract.RouteChat, map[string]any{"message": "Where is the door?", "turnId": "turn-for-" + tenant}); err != nil {
			h.t.Fatal(err)
		}
		end := h.last(client, "turn-for-"+tenant)
		if end.Type != contract.EventTypeDone || end.Answer == nil || end.Answer.Text != "Tenant "+tenant+" asked: Where is the door?" {
			h.t.Errorf("the last event is %+v", end)
		}
		// The connection breaks off, and another one fetches what was missed.
		if err := client.Disconnect(ctx); err != nil {
			h.t.Fatal(err)
		}
		back, err := h.Connect(ctx, token)
		if err != nil {
			h.t.Fatal(err)
		}
		if err := back.Send(ctx, contract.RouteStatus, map[string]any{"turnId": "turn-for-" + tenant, "lastEvent": 1}); err != nil {
			h.t.Fatal(err)
		}
		if missed := h.last(back, "turn-for-"+tenant); missed.Answer == nil || missed.Answer.Text != end.Answer.Text {
			h.t.Errorf("missed %+v", missed)
		}
	}
	for _, asked := range h.Agents.Asked() {
		if len(asked.Session) < 33 || asked.ARN != h.Tenant(asked.TenantID).AgentARN {
			h.t.Errorf("the agent of %s is asked at %s in session %q", asked.TenantID, asked.ARN, asked.Session)
		}
	}
}
