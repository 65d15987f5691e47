package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/session"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.AgentInvoke, wire) }

// Whatever API Gateway's event looks like, the function's own answer has CORS
// headers: it is read as a request.
func TestRecordedRequest(t *testing.T) {
	h := newHarness(t)
	event := handlertest.Event[events.APIGatewayProxyRequest](t, "rest-post-chat.json")
	event.RequestContext.Identity.APIKeyID = "key-of-acme"
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.fn.handle(context.Background(), payload)
	if err != nil || r.StatusCode != 200 || r.Headers["Access-Control-Allow-Origin"] != handlertest.Origin {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPost(t *testing.T) {
	h := newHarness(t)
	h.says(delta("x"), answerEvent(escalating()))
	got := h.do(call{ticket: "t-1"}, 200)
	conversation, answer := got["conversationId"].(string), got["messageId"].(string)
	want := map[string]any{
		"conversationId": conversation, "messageId": answer, "text": "Open the settings, or mail joe@example.com.",
		"citations": []any{map[string]any{"documentId": "d1", "documentTitle": manual.DocumentTitle, "snippet": manual.Snippet, "relevanceScore": 0.75}},
		"pendingActions": []any{map[string]any{
			"actionId": proposalID, "type": "create_ticket", "step": "requested", "expiresAt": "2026-01-03T03:04:05.000Z",
			"input": map[string]any{"subject": "of jane@example.com", "n": 1.5},
		}},
		"grounded": true, "refused": false, "escalated": true, "confidence": 0.5,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// What the agent got: the message as it was written.
	id, err := session.New(fakeaws.KMS{C: h.cloud}, "key").ID(context.Background(), session.Conversation{Tenant: "acme", Subject: "person-of-acme", ID: conversation})
	if err != nil {
		t.Fatal(err)
	}
	asked := fakeaws.AgentCall{
		ARN: "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/flowops_dev_acme", Endpoint: "live", Session: id,
		Request: contract.AgentRequest{TenantID: "acme", ConversationID: conversation, TurnID: h.asked[0].Request.TurnID, Subject: "person-of-acme", TicketID: "t-1", Message: phrase},
	}
	if d := cmp.Diff([]fakeaws.AgentCall{asked}, h.asked); d != "" || asked.Request.TurnID == "" {
		t.Error(d)
	}
	// What is kept: redacted, the answer behind its question.
	messages := h.messages()
	if len(messages) != 2 || messages[0].Role != "user" || messages[1].Role != "assistant" || messages[1].MessageID != answer {
		t.Fatalf("%+v", messages)
	}
	yes, no, half := true, false, 0.5
	redactedEscalation := json.RawMessage(`{"reason":"confidential: [EMAIL] is angry","severity":4}`)
	kept := []contract.Message{
		{TenantID: "acme", ConversationID: conversation, MessageID: messages[0].MessageID, TicketID: "t-1", Role: "user", Content: strings.Replace(phrase, "jane@example.com", "[EMAIL]", 1), Timestamp: messages[0].Timestamp},
		{
			TenantID: "acme", ConversationID: conversation, MessageID: answer, TicketID: "t-1", Role: "assistant", Content: "Open the settings, or mail [EMAIL].", Timestamp: messages[1].Timestamp,
			Citations:  []contract.Citation{{DocumentID: "d1", DocumentTitle: "Manual of [EMAIL]", Snippet: "Call [PHONE] for help", RelevanceScore: 0.75}},
			Confidence: &half, Grounded: &yes, Refused: &no,
			PendingActions: []contract.Action{{ActionID: proposalID, Type: "create_ticket", Step: "requested", ExpiresAt: "2026-01-03T03:04:05.000Z", Input: json.RawMessage(`{"n":1.50,"subject":"of [EMAIL]"}`)}},
			Escalation:     &contract.Action{ActionID: escalationID, Type: "escalate_to_human", Step: "requested", Input: redactedEscalation},
		},
	}
	if d := cmp.Diff(kept, messages); d != "" {
		t.Error(d)
	}
	if messages[0].Timestamp >= messages[1].Timestamp || !strings.HasPrefix(messages[0].Timestamp, "2026-01-02T03:04:05.") {
		t.Errorf("times %s, %s", messages[0].Timestamp, messages[1].Timestamp)
	}
	if n := len(h.cloud.Items(contract.Connections.Name)); n != 0 {
		t.Errorf("%d turns of a request without a key", n)
	}
	h.clean()
}

// Whatever a tenant's item says, the tenant's session reaches its own runtime
// alone.
func TestAnotherTenantsRuntime(t *testing.T) {
	h := newHarness(t)
	for _, item := range h.cloud.Items(contract.Agents.Name) {
		if item["PK"].(*types.AttributeValueMemberS).Value == "TENANT#acme" {
			item["agentArn"] = &types.AttributeValueMemberS{Value: "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/flowops_dev_globex"}
			h.cloud.Put(contract.Agents.Name, item)
		}
	}
	h.do(call{}, 502)
	if n := h.calls(); n != 0 {
		t.Errorf("an agent was asked %d times", n)
	}
}

func TestConversationGoesOn(t *testing.T) {
	h := newHarness(t)
	first := h.do(call{ticket: "t-1"}, 200)["conversationId"].(string)
	h.do(call{conversation: first}, 200)
	h.do(call{conversation: first, person: "another"}, 200)
	messages := h.messages()
	if len(messages) != 6 {
		t.Fatalf("%d messages", len(messages))
	}
	for n, m := range messages {
		// In order, and about the ticket that it was about.
		if want := []string{"user", "assistant"}[n%2]; m.Role != want || m.ConversationID != first || m.TicketID != "t-1" {
			t.Errorf("%d: %+v", n, m)
		}
	}
	if h.asked[1].Request.TicketID != "t-1" || h.asked[0].Session != h.asked[1].Session {
		t.Errorf("%+v", h.asked)
	}
	if h.asked[2].Session == h.asked[0].Session {
		t.Error("two people share a session")
	}
	if got := sum(h.metrics(contract.MetricConversations)); got != 1 {
		t.Errorf("%v conversations", got)
	}
	for name, c := range map[string]call{
		"unknown": {conversation: "0190a2b4-0000-7000-8000-000000000000"}, "another tenant's": {tenant: "acme2", conversation: first},
		"part of one": {conversation: first[:8]}, "no id": {conversation: "a#b"}, "words": {conversation: "call me"},
	} {
		if p := h.do(c, 404); p["detail"] != "There is no such conversation." {
			t.Errorf("%s: %v", name, p)
		}
	}
	if len(h.messages()) != 6 || h.calls() != 3 {
		t.Errorf("%d messages, %d calls", len(h.messages()), h.calls())
	}
	h.do(call{ticket: "call me at 5"}, 400)
	h.clean()
}

func TestRefused(t *testing.T) {
	h := newHarness(t)
	for name, tt := range map[string]struct {
		call   call
		status int
	}{
		"no key": {call{noAPIKey: true}, 403}, "an operator": {call{groups: "operator"}, 403}, "no tenant": {call{tenant: "A"}, 403},
		"no message": {call{body: `{}`}, 400}, "an empty one": {call{body: `{"message":""}`}, 400}, "too long": {call{message: strings.Repeat("ä", contract.ChatMessageMax+1)}, 400},
		"more": {call{body: `{"message":"x","tenantId":"globex"}`}, 400}, "a tenant without an agent": {call{tenant: "nobody"}, 403},
	} {
		t.Run(name, func(t *testing.T) { h.do(tt.call, tt.status) })
	}
	if h.calls() != 0 || len(h.messages()) != 0 {
		t.Errorf("%d calls, %d messages", h.calls(), len(h.messages()))
	}
	h.do(call{message: strings.Repeat("ä", contract.ChatMessageMax)}, 200)
}

// A tenant that has its key and no agent yet.
func TestNoAgent(t *testing.T) {
	h := newHarness(t)
	for _, i := range h.cloud.Items(contract.Agents.Name) {
		delete(i, "agentArn")
	}
	if p := h.do(call{key: "k"}, 409); p["detail"] != "The tenant has no agent." || len(h.messages()) != 0 {
		t.Errorf("%v", p)
	}
	if p := h.do(call{key: "k"}, 409); p["detail"] != "The tenant has no agent." {
		t.Errorf("again: %v", p)
	}
}

func TestIdempotencyKey(t *testing.T) {
	h := newHarness(t)
	first := h.do(call{key: "k", ticket: "t-1"}, 200)
	second := h.do(call{key: "k", ticket: "t-1"}, 200)
	first["text"], first["citations"] = "Open the settings, or mail [EMAIL].", second["citations"] // as they are kept
	if d := cmp.Diff(first, second); d != "" {
		t.Error(d)
	}
	if h.calls() != 1 || len(h.messages()) != 2 {
		t.Errorf("%d calls, %d messages", h.calls(), len(h.messages()))
	}
	h.do(call{key: "k"}, 422)
	h.do(call{key: "k", ticket: "t-1", message: "another"}, 422)
	h.do(call{key: "k", ticket: "t-1", conversation: first["conversationId"].(string)}, 422)
	h.do(call{key: "k", ticket: "t-1", person: "another"}, 200) // another's key is another turn
	h.do(call{key: "k", ticket: "t-1", tenant: "globex"}, 200)
	h.do(call{key: "k2", ticket: "t-1"}, 200)
	if h.calls() != 4 {
		t.Errorf("%d calls", h.calls())
	}
	h.do(call{key: "lost", conversation: "nobodys"}, 404)
	h.do(call{key: "lost", conversation: "nobodys"}, 404)
	h.clean()
	h.clock.Pass(25 * time.Hour) // it is forgotten
	h.do(call{key: "k"}, 200)
}

// The same request comes while it is being answered.
func TestKeyMeanwhile(t *testing.T) {
	h := newHarness(t)
	c := call{key: "k"}
	agent := h.agent
	h.agent = func(in fakeaws.AgentCall) (string, io.Reader, error) {
		if r := h.send(context.Background(), c); r.StatusCode != 409 || r.Headers["Retry-After"] != "5" {
			t.Errorf("%d, %v: %s", r.StatusCode, r.Headers, r.Body)
		}
		// Who answered it is gone: after its lease another one does.
		h.clock.Pass(time.Minute)
		h.mu.Lock()
		h.agent = agent
		h.mu.Unlock()
		if h.do(c, 200)["text"] == "" {
			t.Error("no answer")
		}
		return agent(in)
	}
	h.do(c, 200)
	if h.calls() != 2 || len(h.messages()) != 2 || sum(h.metrics(contract.MetricConversations)) != 1 {
		t.Errorf("%d calls, %d messages, %v", h.calls(), len(h.messages()), h.metrics(contract.MetricConversations))
	}
	h.clean()
}
