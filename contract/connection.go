package contract

import "time"

// ConnectionLifetime is the longest that a connection lives (API Gateway quotas
// for WebSocket APIs: connection duration).
const ConnectionLifetime = 2 * time.Hour

// Connection is an item of the Connections table: an open connection of a person.
// It is removed when the connection closes, as far as API Gateway tells, and
// expires after ConnectionLifetime in any case.
type Connection struct {
	TenantID     string `dynamodbav:"tenantId"`
	ConnectionID string `dynamodbav:"connectionId"`
	Subject      string `dynamodbav:"subject"`     // the person's id in the user pool
	TokenExpiry  int64  `dynamodbav:"tokenExpiry"` // Unix seconds: until then its messages are taken
	ConnectedAt  string `dynamodbav:"connectedAt"` // RFC 3339, UTC, with milliseconds
	ExpiresAt    int64  `dynamodbav:"expiresAt"`   // Unix seconds; TTLAttribute
}

// StateOpen is ChatEvent.State of EventTypeStatus about the connection itself.
const StateOpen = "open"

// TurnIDPattern is what a turn's id looks like that a client chooses.
const TurnIDPattern = `^[A-Za-z0-9_-]{1,64}$`

// Model is the name of the model of a route's messages; empty where there is
// none. API Gateway does not check them: the function does.
func (r WebSocketRoute) Model() string {
	switch r {
	case RouteChat:
		return "ChatMessage"
	case RouteStatus:
		return "StatusMessage"
	}
	return ""
}
