package main

import (
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/redact"
)

// Roles of messages.
const (
	roleUser      = "user"
	roleAssistant = "assistant"
)

// question is the message as it is kept.
func (c *chat) question(at string) contract.Message {
	return contract.Message{
		ConversationID: c.turn.ConversationID, MessageID: c.ids.Question, TicketID: c.ticket, Role: roleUser,
		Content: redact.String(c.message), Timestamp: at,
	}
}

// reply is the agent's answer as it is kept.
func (c *chat) reply(a contract.AgentAnswer, at string) contract.Message {
	m := contract.Message{
		ConversationID: c.turn.ConversationID, MessageID: c.ids.Answer, TicketID: c.ticket, Role: roleAssistant,
		Content: redact.String(a.Text), Citations: redactCitations(a.Citations), Confidence: &a.Confidence, Grounded: &a.Grounded, Refused: &a.Refused,
		PendingActions: redactActions(a.PendingActions), Timestamp: at,
	}
	if a.Escalation != nil {
		escalation := redactAction(*a.Escalation)
		m.Escalation = &escalation
	}
	return m
}

// answerOf is a message that is kept as a client gets it. Whether a person was
// called is not in it.
func answerOf(m contract.Message) contract.ChatAnswer {
	a := contract.ChatAnswer{
		ConversationID: m.ConversationID, MessageID: m.MessageID, Text: m.Content, Citations: orEmpty(m.Citations), PendingActions: orEmpty(m.PendingActions),
	}
	if m.Confidence != nil {
		a.Confidence = *m.Confidence
	}
	a.Grounded, a.Refused = m.Grounded != nil && *m.Grounded, m.Refused != nil && *m.Refused
	return a
}

// orEmpty is list, and an empty one where it is nil: JSON tells the two apart.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
