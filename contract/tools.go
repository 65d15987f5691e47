package contract

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// Tool is something that the agent can do. Its input is a JSON Schema.
type Tool struct {
	Name                 string          `json:"name"`
	Description          string          `json:"description"`
	RequiresConfirmation bool            `json:"requiresConfirmation"`
	InputSchema          json.RawMessage `json:"inputSchema"`
}

// The agent's tools.
const (
	ToolSearchKnowledgeBase = "search_knowledge_base"
	ToolCreateTicket        = "create_ticket"
	ToolGetTicketHistory    = "get_ticket_history"
	ToolEscalateToHuman     = "escalate_to_human"
	ToolRequestLogs         = "request_logs"
)

//go:embed tools.json
var tools []byte

// Tools are the agent's tools. The agent reads the same file.
func Tools() ([]Tool, error) {
	var t []Tool
	if err := json.Unmarshal(tools, &t); err != nil {
		return nil, fmt.Errorf("read tools.json: %w", err)
	}
	return t, nil
}
