package contract

// Statuses of a ticket.
const (
	TicketOpen       = "open"
	TicketInProgress = "in_progress"
	TicketResolved   = "resolved"
	TicketClosed     = "closed"
)

// TicketStatuses are all statuses of a ticket.
var TicketStatuses = []string{TicketOpen, TicketInProgress, TicketResolved, TicketClosed}

// TicketPriorities are a ticket's priorities, the lowest first, and Sentiments what its customer
// seems to feel.
var (
	TicketPriorities = []string{"low", "medium", "high", "urgent"}
	Sentiments       = []string{"positive", "neutral", "negative"}
)

// DefaultSeverity is a ticket's severity where nobody named one: the middle.
const DefaultSeverity = 3

// Ticket is a request for help. It is an item of the Tickets table; times are RFC
// 3339, UTC, with milliseconds.
type Ticket struct {
	TenantID        string   `json:"-" dynamodbav:"tenantId"`
	TicketID        string   `json:"ticketId" dynamodbav:"ticketId"`
	Version         int      `json:"version" dynamodbav:"version"` // 1, and one more with each change
	Status          string   `json:"status" dynamodbav:"status"`
	Priority        string   `json:"priority" dynamodbav:"priority"`
	Subject         string   `json:"subject" dynamodbav:"subject"`
	Description     string   `json:"description" dynamodbav:"description"`
	Category        string   `json:"category,omitempty" dynamodbav:"category,omitempty"`
	Sentiment       string   `json:"sentiment,omitempty" dynamodbav:"sentiment,omitempty"` // positive, neutral or negative
	Severity        int      `json:"severity" dynamodbav:"severity"`                       // 1 to 5
	SLARisk         bool     `json:"slaRisk" dynamodbav:"slaRisk"`
	CreatedAt       string   `json:"createdAt" dynamodbav:"createdAt"`
	UpdatedAt       string   `json:"updatedAt" dynamodbav:"updatedAt"`
	AssignedTo      string   `json:"assignedTo,omitempty" dynamodbav:"assignedTo,omitempty"`
	ConversationIDs []string `json:"conversationIds" dynamodbav:"conversationIds"`
	AISummary       string   `json:"aiSummary,omitempty" dynamodbav:"aiSummary,omitempty"`
}
