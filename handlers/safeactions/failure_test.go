package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// What no retry helps ends the action, with a reason.
func TestFailures(t *testing.T) {
	disabled := contract.AgentConfiguration{TenantID: "acme", APIKeyID: "key-of-acme", State: contract.AgentReady, Tools: []contract.AgentTool{{Name: contract.ToolCreateTicket}}}
	for name, tt := range map[string]struct {
		kind   string
		input  string
		agent  *contract.AgentConfiguration
		reason string
	}{
		"the tool is off":        {contract.ToolCreateTicket, ticketInput, &disabled, "may not use this tool"},
		"another tool is off":    {contract.ToolRequestLogs, logsInput, &disabled, ""},
		"no JSON":                {contract.ToolCreateTicket, "{", nil, "not what the tool takes"},
		"no subject":             {contract.ToolCreateTicket, `{"description":"d","priority":"low"}`, nil, "not what the tool takes"},
		"an unknown priority":    {contract.ToolCreateTicket, `{"subject":"s","description":"d","priority":"asap"}`, nil, "not what the tool takes"},
		"a span that ends first": {contract.ToolRequestLogs, `{"component":"c","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}`, nil, "not what the tool takes"},
		"a severity of 6":        {contract.ToolEscalateToHuman, `{"reason":"r","severity":6}`, nil, "not what the tool takes"},
		"a severity of 2.5":      {contract.ToolEscalateToHuman, `{"reason":"r","severity":2.5}`, nil, "not what the tool takes"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			if tt.agent != nil {
				h.agent(*tt.agent)
			}
			id := h.byAgent("acme", tt.kind, func(i *contract.AuditItem) { i.Input = tt.input })
			got := h.do(call{kind: tt.kind, body: decide(id, "confirm")}, 200)
			if again := h.do(call{kind: tt.kind, body: decide(id, "confirm")}, 200); cmp.Diff(got, again) != "" {
				t.Errorf("again: %v", again)
			}
			if tt.reason == "" {
				if got["step"] != "executed" || got["reason"] != nil {
					t.Error(got)
				}
				return
			}
			if reason, _ := got["reason"].(string); got["step"] != "failed" || !strings.Contains(reason, tt.reason) {
				t.Error(got)
			}
			if len(h.tickets()) != 0 || len(h.cloud.Events) != 0 || h.steps() != "requested by agent, confirmed by person-of-acme, failed by system" {
				t.Errorf("%v, %v, %s", h.tickets(), h.cloud.Events, h.steps())
			}
		})
	}
}

// agent replaces a tenant's agent.
func (h *harness) agent(a contract.AgentConfiguration) {
	h.t.Helper()
	item, err := attributevalue.MarshalMap(a)
	if err != nil {
		h.t.Fatal(err)
	}
	for name, value := range map[string]string{"PK": "TENANT#" + a.TenantID, "SK": "AGENT#" + contract.DefaultAgent} {
		if item[name], err = attributevalue.Marshal(value); err != nil {
			h.t.Fatal(err)
		}
	}
	h.cloud.Put(contract.Agents.Name, item)
}
