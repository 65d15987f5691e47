package contract

// EscalationDetail is the detail of EventEscalation. It is mailed to people of
// the platform: ids and numbers, no words of a customer.
type EscalationDetail struct {
	TenantID       string `json:"tenantId"`
	ConversationID string `json:"conversationId"`
	TicketID       string `json:"ticketId"` // empty without one
	Severity       int    `json:"severity"` // 1 to 5
}

// IngestionFailedDetail is the detail of EventIngestionFailed, mailed alike.
type IngestionFailedDetail struct {
	TenantID   string `json:"tenantId"`
	DocumentID string `json:"documentId"` // empty where the failure came before it was known
	Version    int    `json:"version"`
	Execution  string `json:"execution"` // name of the state machine's execution
	Error      string `json:"error"`     // name of the error
}

// TicketDetail is the detail of EventTicketCreated and EventTicketUpdated.
type TicketDetail struct {
	TenantID string `json:"tenantId"`
	TicketID string `json:"ticketId"`
	Version  int    `json:"version"`
	Status   string `json:"status"`
	Priority string `json:"priority"`
	Severity int    `json:"severity"` // 1 to 5
}

// DocumentDetail is the detail of EventApprovalRequested, EventDocumentApproved,
// EventDocumentRejected, EventDocumentIndexed and EventDocumentDeleted.
type DocumentDetail struct {
	TenantID   string `json:"tenantId"`
	DocumentID string `json:"documentId"`
	Version    int    `json:"version"` // of EventDocumentDeleted: the newest one
}

// ActionDetail is the detail of EventActionExecuted: ids and times, no words of
// people. What else a subscriber needs is in the action's items. It comes at
// least once: who does something on it tells by the action's id whether it was
// done.
type ActionDetail struct {
	TenantID       string `json:"tenantId"`
	ActionID       string `json:"actionId"`
	Type           string `json:"type"`           // ToolCreateTicket or ToolRequestLogs; a hand-over has EventEscalation
	ConversationID string `json:"conversationId"` // empty without one
	TicketID       string `json:"ticketId"`       // that it made, or is about; empty without one
	From           string `json:"from,omitempty"` // of ToolRequestLogs: the span of time; RFC 3339, UTC, with milliseconds
	To             string `json:"to,omitempty"`
}

// TenantDetail is the detail of EventTenantOnboarded and EventTenantOffboarded.
// They come at least once.
type TenantDetail struct {
	TenantID string `json:"tenantId"`
	Tier     string `json:"tier"`           // empty where it is not known
	Data     string `json:"data,omitempty"` // of EventTenantOffboarded: DataKeep, DataErase or DataExport
}

// TenantDataFailedDetail is the detail of EventTenantDataFailed, mailed alike.
type TenantDataFailedDetail struct {
	TenantID  string `json:"tenantId"`
	Operation string `json:"operation"` // audit id of the offboarding
	Execution string `json:"execution"` // name of the state machine's execution
	Error     string `json:"error"`     // name of the error
}
