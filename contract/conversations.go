package contract

// MessageRoles are who a message is of.
var MessageRoles = []string{"user", "assistant", "system"}

// Message is one message of a conversation, redacted. It is an item of the
// Conversations table, and with a ticket in GSI1. Message ids sort by time, and so
// do conversation ids.
type Message struct {
	TenantID       string     `json:"-" dynamodbav:"tenantId"`
	ConversationID string     `json:"-" dynamodbav:"conversationId"`
	MessageID      string     `json:"messageId" dynamodbav:"messageId"`
	TicketID       string     `json:"ticketId,omitempty" dynamodbav:"ticketId,omitempty"` // that it is about
	Role           string     `json:"role" dynamodbav:"role"`                             // user, assistant or system
	Content        string     `json:"content" dynamodbav:"content"`
	Citations      []Citation `json:"citations,omitempty" dynamodbav:"citations,omitempty"`
	Confidence     *float64   `json:"confidence,omitempty" dynamodbav:"confidence,omitempty"` // 0 to 1
	// Of answers: every claim rests on a citation; declined for want of a source,
	// or by the guardrail.
	Grounded *bool `json:"grounded,omitempty" dynamodbav:"grounded,omitempty"`
	Refused  *bool `json:"refused,omitempty" dynamodbav:"refused,omitempty"`
	// PendingActions are those that the answer offered, as they were then.
	PendingActions []Action `json:"pendingActions,omitempty" dynamodbav:"pendingActions,omitempty"`
	// Escalation is the hand-over to a person that the answer came with. It is
	// kept so that whoever goes on after a crash carries it out, and no other.
	Escalation *Action `json:"-" dynamodbav:"escalation,omitempty"`
	Timestamp  string  `json:"timestamp" dynamodbav:"timestamp"` // RFC 3339, UTC, with milliseconds
}

// Citation is a source of an answer.
type Citation struct {
	DocumentID     string  `json:"documentId" dynamodbav:"documentId"`
	DocumentTitle  string  `json:"documentTitle" dynamodbav:"documentTitle"`
	Snippet        string  `json:"snippet" dynamodbav:"snippet"`
	RelevanceScore float64 `json:"relevanceScore" dynamodbav:"relevanceScore"` // 0 to 1
}
