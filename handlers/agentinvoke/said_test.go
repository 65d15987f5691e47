package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/flowops/flowops/contract"
)

func delta(text string) contract.AgentEvent {
	return contract.AgentEvent{Type: contract.AgentEventDelta, Text: text}
}

func answerEvent(a contract.AgentAnswer) contract.AgentEvent {
	return contract.AgentEvent{Type: contract.AgentEventAnswer, Answer: &a}
}

func agentError(code string) contract.AgentEvent {
	return contract.AgentEvent{Type: contract.AgentEventError, Error: &contract.AgentError{Code: code, Detail: phrase}}
}

var manual = contract.Citation{DocumentID: "d1", DocumentTitle: "Manual of jane@example.com", Snippet: "Call +49 30 901820 for help", RelevanceScore: 0.75}

// grounded is an answer with a source.
func grounded() contract.AgentAnswer {
	return contract.AgentAnswer{
		Text: "Open the settings, or mail joe@example.com.", Citations: []contract.Citation{manual}, Grounded: true, Confidence: 0.5,
		Usage: contract.AgentUsage{InputTokens: 100, OutputTokens: 20, Invocations: 2, RetrievalHits: 3},
	}
}

// escalating is an answer that calls a person and proposes a ticket.
func escalating() contract.AgentAnswer {
	a := grounded()
	a.Escalation = &contract.Action{
		ActionID: escalationID, Type: contract.ToolEscalateToHuman, Step: contract.ActionRequested,
		Input: json.RawMessage(`{"reason":"confidential: jane@example.com is angry","severity":4}`),
	}
	a.PendingActions = []contract.Action{{
		ActionID: proposalID, Type: contract.ToolCreateTicket, Step: contract.ActionRequested, ExpiresAt: "2026-01-03T03:04:05.000Z",
		Input: json.RawMessage(`{"subject":"of jane@example.com","n":1.50}`),
	}}
	return a
}

// messages are all messages of all tenants, by their keys.
func (h *harness) messages() []contract.Message {
	h.t.Helper()
	var all []contract.Message
	for _, i := range h.cloud.Items(contract.Conversations.Name) {
		var m contract.Message
		if err := attributevalue.UnmarshalMap(i, &m); err != nil {
			h.t.Fatal(err)
		}
		if m.MessageID != "" {
			all = append(all, m)
		}
	}
	return all
}

// metrics are the values of a metric, in the order of their writing.
func (h *harness) metrics(name string) []float64 {
	h.t.Helper()
	var all []float64
	for line := range strings.Lines(h.log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			h.t.Fatalf("%v: %s", err, line)
		}
		if v, ok := fields[name].(float64); ok && fields["_aws"] != nil {
			all = append(all, v)
		}
	}
	return all
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// clean checks that the log and the tables hold nothing of what people wrote.
func (h *harness) clean() {
	h.t.Helper()
	for _, secret := range []string{"confidential", "jane@", "joe@", "901820", "settings", "password"} {
		if strings.Contains(h.log.String(), secret) {
			h.t.Errorf("the log holds %q:\n%s", secret, h.log)
		}
	}
	for _, table := range contract.Tables() {
		for _, i := range h.cloud.Items(table.Name) {
			var all map[string]any
			if err := attributevalue.UnmarshalMap(i, &all); err != nil {
				h.t.Fatal(err)
			}
			text := printed(all)
			for _, secret := range []string{"jane@", "joe@", "901820"} {
				if strings.Contains(text, secret) {
					h.t.Errorf("table %s holds %q: %s", table.Name, secret, text)
				}
			}
		}
	}
	if denied := h.cloud.Denied(); len(denied) > 0 {
		h.t.Errorf("denied: %v", denied)
	}
}

// printed is a value with its byte strings as text.
func printed(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case map[string]any:
		var parts []string
		for name, x := range v {
			parts = append(parts, name+"="+printed(x))
		}
		slices.Sort(parts)
		return strings.Join(parts, " ")
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, printed(x))
		}
		return strings.Join(parts, " ")
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// kinds are the types of events, one word each.
func typesOf(events []contract.ChatEvent) string {
	var all []string
	for _, e := range events {
		all = append(all, e.Type)
	}
	return strings.Join(all, " ")
}
