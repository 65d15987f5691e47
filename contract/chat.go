package contract

// ChatHandover is what the websocket function invokes agent-invoke with,
// asynchronously: a chat message whose events go to a connection. Who sends it
// was verified when the client connected. Lambda may deliver it more than once;
// the turn says whether it is answered.
type ChatHandover struct {
	TenantID       string `json:"tenantId"`
	Subject        string `json:"subject"` // the person's id in the user pool
	TurnID         string `json:"turnId"`
	ConversationID string `json:"conversationId"` // empty: the message begins one
	TicketID       string `json:"ticketId,omitempty"`
	Message        string `json:"message"`
	ConnectionID   string `json:"connectionId"`
	Endpoint       string `json:"endpoint"` // of the connections: https://<host>/<stage>, no "/" at its end
	// AcceptedAt is the turn's. With it, a message that is replayed after its turn
	// expired has the ids that it had.
	AcceptedAt string `json:"acceptedAt,omitempty"`
}

// ChatMessageMax is the longest message, in characters, as in the model
// ChatRequest.
const ChatMessageMax = 8000

// States of a turn.
const (
	TurnAccepted = "accepted" // handed over
	TurnRunning  = "running"  // being answered, until its lease ends
	TurnDone     = "done"     // answered; the last event is EventDone or EventError
)

// Turn is an item of the Connections table: one message of a person and its
// answer, while they are on their way and for some hours after. It is what makes
// a message that comes twice be answered once, and what a client that
// reconnects fetches.
type Turn struct {
	TenantID       string `json:"-" dynamodbav:"tenantId"`
	TurnID         string `json:"turnId" dynamodbav:"turnId"`
	Subject        string `json:"-" dynamodbav:"subject"` // whose it is: nobody else's
	Asked          string `json:"-" dynamodbav:"asked"`   // digest of what was asked: the same id may not ask another thing
	ConversationID string `json:"conversationId,omitempty" dynamodbav:"conversationId,omitempty"`
	State          string `json:"state" dynamodbav:"state"`
	// AcceptedAt is when it was first accepted: RFC 3339, UTC, with milliseconds.
	// The ids of its messages are made from it.
	AcceptedAt string `json:"acceptedAt" dynamodbav:"acceptedAt"`
	// Attempt counts who began to answer it.
	Attempt int `json:"-" dynamodbav:"attempt"`
	// LeaseUntil is until when whoever answers it may; Unix milliseconds.
	LeaseUntil int64 `json:"-" dynamodbav:"leaseUntil,omitempty"`
	// ConnectionID and Endpoint are where the events go; empty where the answer is
	// returned. A client that reconnects changes them, and says in SeenEvent which
	// event was the last that it saw.
	ConnectionID string `json:"-" dynamodbav:"connectionId,omitempty"`
	Endpoint     string `json:"-" dynamodbav:"endpoint,omitempty"`
	SeenEvent    int    `json:"-" dynamodbav:"seenEvent,omitempty"`
	Binding      int    `json:"-" dynamodbav:"binding"` // counts these changes
	// Events are, once it is done, the turn's events without its deltas: the last
	// one holds the whole text, redacted.
	Events    []ChatEvent `json:"-" dynamodbav:"events,omitempty"`
	ExpiresAt int64       `json:"-" dynamodbav:"expiresAt"` // Unix seconds; TTLAttribute
}

// Types of the events that a chat client gets.
const (
	EventTypeAccepted       = "accepted"        // the message was taken: its turn
	EventTypeDelta          = "delta"           // the next piece of text, a preview of the answer's
	EventTypeCitation       = "citation"        // a source of the answer
	EventTypeActionRequired = "action_required" // an action that a person may confirm
	EventTypeDone           = "done"            // the whole answer: it replaces the deltas
	EventTypeError          = "error"           // there is no answer, and why
	EventTypeStatus         = "status"          // the state of a turn, or of the connection
)

// ChatEvent is a message of the WebSocket API to a client.
type ChatEvent struct {
	Type           string `json:"type" dynamodbav:"type"`
	TurnID         string `json:"turnId,omitempty" dynamodbav:"turnId,omitempty"`
	ConversationID string `json:"conversationId,omitempty" dynamodbav:"conversationId,omitempty"`
	// Number grows from event to event of a turn, and from attempt to attempt,
	// which each begin at their EventBase. 0: an event that is of no turn's answer.
	Number int `json:"number,omitempty" dynamodbav:"number,omitempty"`
	// Attempt is which attempt at an answer it is of, where it is not the first.
	// Its deltas replace those of the attempts before.
	Attempt  int         `json:"attempt,omitempty" dynamodbav:"attempt,omitempty"`
	Text     string      `json:"text,omitempty" dynamodbav:"text,omitempty"`         // EventTypeDelta
	Citation *Citation   `json:"citation,omitempty" dynamodbav:"citation,omitempty"` // EventTypeCitation
	Action   *Action     `json:"action,omitempty" dynamodbav:"action,omitempty"`     // EventTypeActionRequired
	Answer   *ChatAnswer `json:"answer,omitempty" dynamodbav:"answer,omitempty"`     // EventTypeDone
	Error    *ChatError  `json:"error,omitempty" dynamodbav:"error,omitempty"`       // EventTypeError
	State    string      `json:"state,omitempty" dynamodbav:"state,omitempty"`       // EventTypeStatus
}

// TurnEventsMax is more than one attempt at an answer has events.
const TurnEventsMax = 10_000

// EventBase is the number that the events of an attempt are greater than; the
// first attempt is 1.
func EventBase(attempt int) int { return max(attempt-1, 0) * TurnEventsMax }

// ChatAnswer is the answer to a message. POST /chat and EventTypeDone have it.
type ChatAnswer struct {
	ConversationID string     `json:"conversationId" dynamodbav:"conversationId"`
	MessageID      string     `json:"messageId" dynamodbav:"messageId"`
	Text           string     `json:"text" dynamodbav:"text"`
	Citations      []Citation `json:"citations" dynamodbav:"citations"`
	PendingActions []Action   `json:"pendingActions" dynamodbav:"pendingActions"`
	Grounded       bool       `json:"grounded" dynamodbav:"grounded"`     // every claim rests on a citation
	Refused        bool       `json:"refused" dynamodbav:"refused"`       // declined for want of a source, or by the guardrail
	Escalated      bool       `json:"escalated" dynamodbav:"escalated"`   // a person was called
	Confidence     float64    `json:"confidence" dynamodbav:"confidence"` // 0 to 1
}

// ChatError says why there is no answer.
type ChatError struct {
	Code       string `json:"code" dynamodbav:"code"`
	Detail     string `json:"detail" dynamodbav:"detail"`                             // for people
	RetryAfter int    `json:"retryAfter,omitempty" dynamodbav:"retryAfter,omitempty"` // seconds; 0 where waiting does not help
}

// Codes of a ChatError.
const (
	ChatInvalid      = "invalid"       // the message is not as it must be
	ChatUnauthorized = "unauthorized"  // the token has expired: connect anew
	ChatForbidden    = "forbidden"     // the person may not do this
	ChatNotFound     = "not_found"     // no such conversation or turn
	ChatConflict     = "conflict"      // the turn's id was used for another message
	ChatNoAgent      = "no_agent"      // the tenant has no agent
	ChatThrottled    = "throttled"     // too many messages now
	ChatUnavailable  = "unavailable"   // the agent is out of reach
	ChatTimeout      = "timeout"       // it took too long
	ChatFailed       = "failed"        // anything else
	ChatNotReplayed  = "not_replayed"  // a turn that broke off, whose answer nobody has
	ChatUnknownRoute = "unknown_route" // no such action
)
