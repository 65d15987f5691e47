package contract

import (
	"encoding/json"
	"slices"
	"time"
)

// ActionTypes are what POST /actions/{type} takes: the tools that change
// something or call a person.
var ActionTypes = []string{ToolCreateTicket, ToolEscalateToHuman, ToolRequestLogs}

// Steps of an action, each an item of the Audit table.
const (
	ActionRequested = "requested" // by the agent's tool, or by a person
	ActionConfirmed = "confirmed" // by a person of the tenant
	ActionRefused   = "refused"   // by a person of the tenant
	ActionExpired   = "expired"   // nobody decided in time
	ActionExecuted  = "executed"
	ActionFailed    = "failed"
	ActionTold      = "told" // the events of what was executed are on the bus
)

// ActionSteps are all steps that people see.
var ActionSteps = []string{ActionRequested, ActionConfirmed, ActionRefused, ActionExpired, ActionExecuted, ActionFailed}

// ActionLifetime is how long a pending action can be confirmed.
const ActionLifetime = 24 * time.Hour

// Decisions on a pending action: ActionRequest.decision.
const (
	DecisionConfirm = "confirm"
	DecisionRefuse  = "refuse"
)

// ByAgent is AuditItem.By where the tenant's agent did it, and BySystem where
// the platform did.
const (
	ByAgent  = "agent"
	BySystem = "system"
)

// ActionInputMax is the longest input of an action, in bytes of JSON.
const ActionInputMax = 64 << 10

// Action is an action as people see it.
type Action struct {
	ActionID       string          `json:"actionId" dynamodbav:"actionId"`     // UUID version 7
	Type           string          `json:"type" dynamodbav:"type"`             // one of ActionTypes
	Step           string          `json:"step" dynamodbav:"step"`             // the last one
	Input          json.RawMessage `json:"input" dynamodbav:"input,omitempty"` // as the tool's schema has it, redacted
	ConversationID string          `json:"conversationId,omitempty" dynamodbav:"conversationId,omitempty"`
	TicketID       string          `json:"ticketId,omitempty" dynamodbav:"ticketId,omitempty"` // that it is about, or that it made
	ExpiresAt      string          `json:"expiresAt" dynamodbav:"expiresAt"`                   // RFC 3339: until then it can be confirmed
	Reason         string          `json:"reason,omitempty" dynamodbav:"reason,omitempty"`     // of a failure
}

// AuditItem is an item of the Audit table: one step of an action. Items are
// added and never changed. An action's items share the time of its request in
// their sort key, so that they stand together, and each step has one key, so
// that it is taken once: AuditKey.
type AuditItem struct {
	TenantID       string `dynamodbav:"tenantId"`
	ActionID       string `dynamodbav:"actionId"`
	Type           string `dynamodbav:"type"`
	Step           string `dynamodbav:"step"`
	At             string `dynamodbav:"at"` // RFC 3339, UTC, with milliseconds
	By             string `dynamodbav:"by"` // the person's "sub", ByAgent or BySystem
	ConversationID string `dynamodbav:"conversationId,omitempty"`
	TicketID       string `dynamodbav:"ticketId,omitempty"`
	Input          string `dynamodbav:"input,omitempty"`      // of ActionRequested: JSON, redacted
	ExpiresAt      string `dynamodbav:"validUntil,omitempty"` // of ActionRequested
	Reason         string `dynamodbav:"reason,omitempty"`     // of ActionFailed
	Report         string `dynamodbav:"report,omitempty"`     // of OffboardTenant's ActionExecuted: a RemovalReport as JSON
}

// The places of an action's items: one for its request, one for what was
// decided on it, one for what became of it. Steps that exclude each other share
// one, so that only the first is written.
//
// The last one says that others were told. Items never change, so it can't be a
// mark on the outcome; and while it is missing, whoever confirms the action again
// publishes its events again: they come at least once.
const (
	AuditRequest  = "1-request"
	AuditDecision = "2-decision"
	AuditOutcome  = "3-outcome"
	AuditTold     = "4-told"
)

// AuditPlace is where the item of a step stands; empty for an unknown step.
func AuditPlace(step string) string {
	switch {
	case step == ActionRequested:
		return AuditRequest
	case slices.Contains([]string{ActionConfirmed, ActionRefused, ActionExpired}, step):
		return AuditDecision
	case slices.Contains([]string{ActionExecuted, ActionFailed}, step):
		return AuditOutcome
	case step == ActionTold:
		return AuditTold
	}
	return ""
}

// AuditKey is the sort key of a place: requested is the action's time, which is
// the one in its id, RFC 3339, UTC, with milliseconds.
func AuditKey(requested, action, place string) (string, error) {
	return Key(Audit.SK.Pattern, requested, action+"."+place)
}
