package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/store"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.SafeActions, wire) }

func TestConfirmTicket(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolCreateTicket, nil)
	h.clock.Pass(time.Minute)
	got := h.do(call{body: decide(id, "confirm")}, 200)
	made := h.tickets()
	if len(made) != 1 {
		t.Fatalf("%d tickets", len(made))
	}
	want := contract.Ticket{
		TenantID: "acme", TicketID: made[0].TicketID, Version: 1, Status: "open", Priority: "high", Category: "billing", Severity: 3,
		Subject: "confidential invoice", Description: "mail jane@example.com <about> it", // the agent stores what is redacted: it stays as it is
		CreatedAt: "2026-01-02T03:05:05.000Z", UpdatedAt: "2026-01-02T03:05:05.000Z", ConversationIDs: []string{"conversation-1"},
	}
	if d := cmp.Diff(want, made[0]); d != "" {
		t.Errorf("ticket (-want +got):\n%s", d)
	}
	delete(got, "input")
	if d := cmp.Diff(map[string]any{
		"actionId": id, "type": "create_ticket", "step": "executed", "conversationId": "conversation-1", "ticketId": made[0].TicketID, "expiresAt": "2026-01-03T03:04:05.000Z",
	}, got); d != "" {
		t.Errorf("answer (-want +got):\n%s", d)
	}
	if want := "requested by agent, confirmed by person-of-acme, executed by system, told by system"; h.steps() != want {
		t.Errorf("steps %s", h.steps())
	}
	if d := cmp.Diff([]fakeaws.Event{
		{Type: "TicketCreated", Detail: `{"tenantId":"acme","ticketId":"` + made[0].TicketID + `","version":1,"status":"open","priority":"high","severity":3}`},
		{Type: "ActionExecuted", Detail: `{"tenantId":"acme","actionId":"` + id + `","type":"create_ticket","conversationId":"conversation-1","ticketId":"` + made[0].TicketID + `"}`},
	}, h.cloud.Events); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if n := strings.Count(h.metric.String(), contract.MetricSuggestionsAccepted+`":1`); n != 1 {
		t.Errorf("%d suggestions accepted: %s", n, h.metric)
	}
	// Again, by another: the same answer, and nothing more.
	calls := len(h.cloud.Calls())
	again := h.do(call{person: "other", groups: "admin", body: decide(id, "confirm")}, 200)
	delete(again, "input")
	if d := cmp.Diff(got, again); d != "" {
		t.Errorf("again (-first +second):\n%s", d)
	}
	if did := h.cloud.Calls()[calls:]; len(did) != 1 || did[0] != "Query" || len(h.cloud.Events) != 2 {
		t.Errorf("again: %v", did)
	}
	if n := strings.Count(h.metric.String(), contract.MetricSuggestionsAccepted+`":1`); n != 1 {
		t.Errorf("%d suggestions accepted", n)
	}
	h.do(call{body: decide(id, "refuse")}, 409)
}

func TestConfirmLogsAndEscalation(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolRequestLogs, func(i *contract.AuditItem) { i.TicketID = "ticket-1" })
	h.do(call{kind: contract.ToolRequestLogs, body: decide(id, "confirm")}, 200)
	h.do(call{kind: contract.ToolRequestLogs, body: decide(id, "confirm")}, 200)
	escalation := h.byAgent("acme", contract.ToolEscalateToHuman, func(i *contract.AuditItem) { i.ConversationID = "call jane@example.com" })
	h.do(call{kind: contract.ToolEscalateToHuman, body: decide(escalation, "confirm")}, 200)
	if d := cmp.Diff([]fakeaws.Event{
		{Type: "ActionExecuted", Detail: `{"tenantId":"acme","actionId":"` + id + `","type":"request_logs","conversationId":"conversation-1","ticketId":"ticket-1",` +
			`"from":"2025-12-31T23:00:00.000Z","to":"2026-01-02T00:00:00.500Z"}`},
		{Type: "EscalationRequested", Detail: `{"tenantId":"acme","conversationId":"","ticketId":"","severity":4}`},
	}, h.cloud.Events); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
}

func TestRefuse(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolCreateTicket, nil)
	first := h.do(call{body: decide(id, "refuse")}, 200)
	second := h.do(call{person: "other", body: decide(id, "refuse")}, 200)
	if first["step"] != "refused" || cmp.Diff(first, second) != "" {
		t.Errorf("%v\n%v", first, second)
	}
	if problem := h.do(call{body: decide(id, "confirm")}, 409); !strings.Contains(problem["detail"].(string), "decided otherwise") {
		t.Error(problem)
	}
	if len(h.tickets()) != 0 || len(h.cloud.Events) != 0 || strings.Contains(h.metric.String(), contract.MetricSuggestionsAccepted) || h.steps() != "requested by agent, refused by person-of-acme" {
		t.Errorf("%v, %v, %s, %s", h.tickets(), h.cloud.Events, h.metric, h.steps())
	}
}

func TestExpiry(t *testing.T) {
	for _, decision := range []string{"confirm", "refuse"} {
		t.Run(decision, func(t *testing.T) {
			h := newHarness(t)
			// What the request says of its expiry does not count: its key does.
			late := h.byAgent("acme", contract.ToolCreateTicket, func(i *contract.AuditItem) { i.ExpiresAt = "2030-01-01T00:00:00.000Z" })
			h.clock.Pass(contract.ActionLifetime)
			for range 2 {
				if problem := h.do(call{body: decide(late, decision)}, 409); !strings.Contains(problem["detail"].(string), "expired") {
					t.Error(problem)
				}
			}
			if h.steps() != "requested by agent, expired by system" || len(h.tickets()) != 0 {
				t.Errorf("%s, %v", h.steps(), h.tickets())
			}
		})
	}
	h := newHarness(t)
	intime := h.byAgent("acme", contract.ToolCreateTicket, nil)
	h.clock.Pass(contract.ActionLifetime - time.Millisecond)
	h.do(call{body: decide(intime, "confirm")}, 200)
	// What was confirmed in time stays so.
	h.clock.Pass(time.Hour)
	h.do(call{body: decide(intime, "confirm")}, 200)
}

func TestDecideRefuses(t *testing.T) {
	h := newHarness(t)
	own, foreign := h.byAgent("acme", contract.ToolCreateTicket, nil), h.byAgent("globex", contract.ToolCreateTicket, nil)
	neighbour := h.byAgent("acme2", contract.ToolCreateTicket, nil)
	unfinished, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		call call
		want int
	}{
		"another tenant's":         {call{body: decide(foreign, "confirm")}, 404},
		"a neighbour's":            {call{body: decide(neighbour, "refuse")}, 404},
		"own, by another tenant":   {call{tenant: "globex", body: decide(own, "confirm")}, 404},
		"another type":             {call{kind: contract.ToolRequestLogs, body: decide(own, "confirm")}, 404},
		"an unknown type":          {call{kind: "delete_everything", body: decide(own, "confirm")}, 404},
		"a tool that is no action": {call{kind: contract.ToolGetTicketHistory, body: decide(own, "confirm")}, 404},
		"nobody's":                 {call{body: decide(unfinished.String(), "confirm")}, 404},
		"no id":                    {call{body: decide("TENANT#globex", "confirm")}, 404},
		"upper case":               {call{body: decide(strings.ToUpper(own), "confirm")}, 404},
		"an operator":              {call{groups: "operator", body: decide(own, "confirm")}, 403},
		"another decision":         {call{body: decide(own, "maybe")}, 400},
		"both forms":               {call{body: `{"actionId":"` + own + `","decision":"confirm","input":{}}`}, 400},
		"neither form":             {call{body: `{}`}, 400},
	} {
		if got, body := h.send(tt.call); got != tt.want {
			t.Errorf("%s: %d, want %d: %v", name, got, tt.want, body)
		}
	}
	if h.steps() != "requested by agent, requested by agent, requested by agent" || len(h.cloud.Denied()) != 0 {
		t.Errorf("%s, %v", h.steps(), h.cloud.Denied())
	}
}

// An agent's item may say anything: what counts is where it stands.
func TestAgentWritesOnlyForItsTenant(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolRequestLogs, func(i *contract.AuditItem) { i.TenantID, i.ActionID = "globex", "0199a0a0-0000-7000-8000-000000000000" })
	got := h.do(call{kind: contract.ToolRequestLogs, body: decide(id, "confirm")}, 200)
	if got["actionId"] != id || !strings.Contains(h.cloud.Events[0].Detail, `"tenantId":"acme","actionId":"`+id) {
		t.Errorf("%v, %v", got, h.cloud.Events)
	}
	for _, i := range h.cloud.Items(contract.Audit.Name)[1:] {
		var item contract.AuditItem
		if err := attributevalue.UnmarshalMap(i, &item); err != nil || item.TenantID != "acme" || item.ActionID != id {
			t.Errorf("%+v, %v", item, err)
		}
	}
}

// What agent-invoke carried out needed no decision, and an action that nobody
// requested is none.
func TestDoneWithoutDecision(t *testing.T) {
	h := newHarness(t)
	id := h.byAgent("acme", contract.ToolEscalateToHuman, nil)
	unasked, err := store.NewActionID(h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{id, unasked} {
		if _, _, err := h.audit("acme").Append(t.Context(), contract.AuditItem{
			ActionID: action, Type: contract.ToolEscalateToHuman, Step: contract.ActionExecuted, By: contract.BySystem,
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, decision := range []string{"confirm", "refuse"} {
		if problem := h.do(call{kind: contract.ToolEscalateToHuman, body: decide(id, decision)}, 409); !strings.Contains(problem["detail"].(string), "needed no decision") {
			t.Error(problem)
		}
		h.do(call{kind: contract.ToolEscalateToHuman, body: decide(unasked, decision)}, 404)
	}
	if len(h.cloud.Events) != 0 || strings.Contains(h.steps(), "confirmed") || strings.Contains(h.steps(), "refused") {
		t.Errorf("%v, %s", h.cloud.Events, h.steps())
	}
}
