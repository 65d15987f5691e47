package contract

// AgentRequest is the payload of InvokeAgentRuntime: what a tenant's agent is
// asked. The agent refuses another tenant's than its own.
type AgentRequest struct {
	TenantID       string `json:"tenantId"`
	ConversationID string `json:"conversationId"`
	TurnID         string `json:"turnId"`
	Subject        string `json:"subject"` // who asks: pending actions name them
	TicketID       string `json:"ticketId,omitempty"`
	Message        string `json:"message"` // as it was written; what is stored is redacted
}

// Types of an agent's events. The agent answers with a stream of server-sent
// events, each one's data an AgentEvent; the last is AgentEventAnswer or
// AgentEventError.
const (
	AgentEventDelta    = "delta"
	AgentEventCitation = "citation"
	AgentEventAction   = "action_required"
	AgentEventAnswer   = "answer"
	AgentEventError    = "error"
)

// AgentEvent is one event of an agent's answer.
type AgentEvent struct {
	Type     string       `json:"type"`
	Text     string       `json:"text,omitempty"`     // AgentEventDelta
	Citation *Citation    `json:"citation,omitempty"` // AgentEventCitation
	Action   *Action      `json:"action,omitempty"`   // AgentEventAction
	Answer   *AgentAnswer `json:"answer,omitempty"`   // AgentEventAnswer
	Error    *AgentError  `json:"error,omitempty"`    // AgentEventError
}

// AgentAnswer is what the agent answers in the end. Every citation and action
// in it is one that a tool returned in this turn. A "[n]" in the text refers to
// the n-th of the citations, from 1.
type AgentAnswer struct {
	Text           string     `json:"text"`
	Citations      []Citation `json:"citations"`
	PendingActions []Action   `json:"pendingActions"`       // tools that a person must confirm
	Escalation     *Action    `json:"escalation,omitempty"` // a hand-over, for agent-invoke to carry out
	Grounded       bool       `json:"grounded"`
	Refused        bool       `json:"refused"`
	Blocked        bool       `json:"blocked"` // by the guardrail
	Confidence     float64    `json:"confidence"`
	Usage          AgentUsage `json:"usage"`
}

// AgentUsage counts what an answer took.
type AgentUsage struct {
	InputTokens   int `json:"inputTokens"`
	OutputTokens  int `json:"outputTokens"`
	Invocations   int `json:"invocations"` // of models
	Throttles     int `json:"throttles"`   // of models
	ToolCalls     int `json:"toolCalls"`
	RetrievalHits int `json:"retrievalHits"` // passages above the threshold
	// BestScore is the nearest passage's relevance score, 0 to 1, whether it was
	// above the threshold or not; 0 without one.
	BestScore float64 `json:"bestScore"`
}

// AgentError is why the agent has no answer. Its detail is for the log and
// quotes nothing of the conversation.
type AgentError struct {
	Code   string `json:"code"` // one of the AgentError constants
	Detail string `json:"detail"`
}

// Codes of an AgentError.
const (
	AgentErrorInvalid     = "invalid"     // the request is not as it must be, or another tenant's
	AgentErrorThrottled   = "throttled"   // the model is throttled
	AgentErrorUnavailable = "unavailable" // the model, the search or a table is out of reach
	AgentErrorTimeout     = "timeout"
	AgentErrorInternal    = "internal"
)
