package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func input(text, more string) string { return `{"input":` + text + more + `}` }

func TestBeginPending(t *testing.T) {
	h := newHarness(t)
	got := h.do(call{body: input(ticketInput, `,"conversationId":"conversation-7"`)}, 201)
	id := got["actionId"]
	if d := cmp.Diff(map[string]any{
		"actionId": id, "type": "create_ticket", "step": "requested", "conversationId": "conversation-7", "expiresAt": "2026-01-03T03:04:05.000Z",
		"input": map[string]any{"subject": "confidential invoice", "description": "mail [EMAIL] <about> it", "priority": "high", "category": "billing"},
	}, got); d != "" {
		t.Errorf("answer (-want +got):\n%s", d)
	}
	if h.steps() != "requested by person-of-acme" || len(h.tickets()) != 0 || len(h.cloud.Events) != 0 {
		t.Errorf("%s, %v, %v", h.steps(), h.tickets(), h.cloud.Events)
	}
	h.do(call{tenant: "globex", body: decide(id, "confirm")}, 404)
	h.do(call{person: "colleague", body: decide(id, "confirm")}, 200)
	if made := h.tickets(); len(made) != 1 || made[0].Description != "mail [EMAIL] <about> it" || made[0].ConversationIDs[0] != "conversation-7" {
		t.Errorf("%+v", made)
	}
	if strings.Contains(h.metric.String(), contract.MetricSuggestionsAccepted) {
		t.Errorf("the agent suggested nothing: %s", h.metric)
	}
}

// A tool that needs no confirmation is carried out when a person asks for it.
func TestBeginAtOnce(t *testing.T) {
	h := newHarness(t)
	made := h.do(call{body: decide(h.do(call{body: input(ticketInput, "")}, 201)["actionId"], "confirm")}, 200)["ticketId"].(string)
	h.cloud.Events = nil
	h.clock.Pass(time.Second) // the next action stands behind this one
	c := call{kind: contract.ToolEscalateToHuman, key: "k", body: input(humanInput, `,"conversationId":"conversation-7","ticketId":"`+made+`"`)}
	first, second := h.do(c, 201), h.do(c, 201)
	if first["step"] != "executed" || cmp.Diff(first, second) != "" {
		t.Errorf("%v\n%v", first, second)
	}
	if d := cmp.Diff([]fakeaws.Event{
		{Type: "EscalationRequested", Detail: `{"tenantId":"acme","conversationId":"conversation-7","ticketId":"` + made + `","severity":4}`},
	}, h.cloud.Events); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if !strings.HasSuffix(h.steps(), "requested by person-of-acme, confirmed by person-of-acme, executed by system") {
		t.Error(h.steps())
	}
	h.do(call{kind: contract.ToolEscalateToHuman, body: decide(first["actionId"], "refuse")}, 409)
	if got := h.do(call{kind: contract.ToolEscalateToHuman, body: input(`{"reason":"r"}`, "")}, 201); got["step"] != "executed" {
		t.Error(got)
	}
	if last := h.cloud.Events[len(h.cloud.Events)-1]; !strings.Contains(last.Detail, `"severity":3`) {
		t.Errorf("%v", last)
	}
}

// A tenant can want more confirmation than the contract, and have fewer tools.
func TestTenantsTools(t *testing.T) {
	h := newHarness(t)
	h.agent(contract.AgentConfiguration{TenantID: "acme", APIKeyID: "key-of-acme", State: contract.AgentReady, Tools: []contract.AgentTool{
		{Name: contract.ToolEscalateToHuman, Enabled: true, RequiresConfirmation: true}, {Name: contract.ToolCreateTicket, Enabled: true}, {Name: contract.ToolRequestLogs},
	}})
	for _, kind := range []string{contract.ToolEscalateToHuman, contract.ToolCreateTicket} {
		if got := h.do(call{kind: kind, body: input(inputs[kind], "")}, 201); got["step"] != "requested" {
			t.Error(got)
		}
	}
	if got := h.do(call{kind: contract.ToolRequestLogs, body: input(logsInput, "")}, 409); !strings.Contains(got["detail"].(string), "may not use") {
		t.Error(got)
	}
	if len(h.cloud.Items(contract.Audit.Name)) != 2 || len(h.cloud.Events) != 0 {
		t.Errorf("%s, %v", h.steps(), h.cloud.Events)
	}
}

func TestBeginRefuses(t *testing.T) {
	h := newHarness(t)
	foreign := h.do(call{tenant: "globex", body: decide(h.do(call{tenant: "globex", body: input(ticketInput, "")}, 201)["actionId"], "confirm")}, 200)["ticketId"].(string)
	own := h.do(call{body: decide(h.do(call{body: input(ticketInput, "")}, 201)["actionId"], "confirm")}, 200)["ticketId"].(string)
	for name, tt := range map[string]struct {
		kind, body, field string
		status            int
	}{
		"no input":                     {"", `{"conversationId":"c"}`, "input", 400},
		"an input that is text":        {"", `{"input":"x"}`, "input", 400},
		"a tenant":                     {"", input(ticketInput, `,"tenantId":"globex"`), "body", 400},
		"a conversation that is words": {"", input(ticketInput, `,"conversationId":"call jane@example.com"`), "conversationId", 400},
		"no subject":                   {"", input(`{"description":"d","priority":"low"}`, ""), "input.subject", 400},
		"two wrong fields":             {"", input(`{"subject":"","description":"d","priority":"asap"}`, ""), "input.priority input.subject", 400},
		"a property more":              {"", input(`{"subject":"s","description":"d","priority":"low","severity":1}`, ""), "input", 400},
		"a ticket for a ticket":        {"", input(ticketInput, `,"ticketId":"`+own+`"`), "ticketId", 400},
		"another tenant's ticket":      {contract.ToolEscalateToHuman, input(humanInput, `,"ticketId":"`+foreign+`"`), "ticketId", 400},
		"a severity of 6":              {contract.ToolEscalateToHuman, input(`{"reason":"r","severity":6}`, ""), "input.severity", 400},
		"no time":                      {contract.ToolRequestLogs, input(`{"component":"c","from":"yesterday","to":"2026-01-02T00:00:00Z"}`, ""), "input.from", 400},
		"a span that ends first":       {contract.ToolRequestLogs, input(`{"component":"c","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}`, ""), "input.to", 400},
		"an unknown type":              {"drop_tables", input(ticketInput, ""), "", 404},
		"the longest input":            {"", input(`{"subject":"s","priority":"low","description":"`+strings.Repeat(`\u0001`, 10000)+`","category":"`+strings.Repeat(`\u0001`, 100)+`"}`, ""), "", 201},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := h.send(call{kind: tt.kind, body: tt.body})
			var got []string
			all, _ := body["errors"].([]any)
			for _, e := range all {
				got = append(got, e.(map[string]any)["field"].(string))
			}
			if status != tt.status || strings.Join(got, " ") != tt.field {
				t.Errorf("%d, fields %q: %v", status, got, body)
			}
		})
	}
	// Of the two tickets, and of the one input that is not too long after all.
	if strings.Count(h.steps(), "requested") != 3 || len(h.cloud.Denied()) != 0 {
		t.Errorf("%s, %v", h.steps(), h.cloud.Denied())
	}
}

func TestBeginOnceForAKey(t *testing.T) {
	h := newHarness(t)
	c := call{key: "k", body: input(ticketInput, "")}
	var wait sync.WaitGroup
	var mu sync.Mutex
	ids := map[string]int{}
	for range 30 {
		wait.Go(func() {
			status, body := h.send(c)
			mu.Lock()
			defer mu.Unlock()
			if status != 201 {
				t.Errorf("%d %v", status, body)
				return
			}
			ids[body["actionId"].(string)]++
		})
	}
	wait.Wait()
	if len(ids) != 1 || h.steps() != "requested by person-of-acme" {
		t.Fatalf("%v, %s", ids, h.steps())
	}
	h.do(call{key: "k", body: input(`{"subject":"another","description":"d","priority":"low"}`, "")}, 422)
	h.do(call{key: "k", kind: contract.ToolRequestLogs, body: input(logsInput, "")}, 422)
	// The key is one person's, and the answer is the action as it is now.
	if other := h.do(call{key: "k", person: "other", body: input(ticketInput, "")}, 201)["actionId"].(string); ids[other] != 0 {
		t.Error("another person's key is the same one")
	}
	for id := range ids {
		h.do(call{body: decide(id, "refuse")}, 200)
	}
	if got := h.do(c, 201); got["step"] != "refused" {
		t.Error(got)
	}
	h.clock.Pass(25 * time.Hour)
	if again := h.do(c, 201)["actionId"].(string); ids[again] != 0 {
		t.Error("the key is remembered too long")
	}
	// Nothing in the audit table expires, what is remembered does.
	for table, want := range map[string]bool{contract.Audit.Name: false, contract.Tickets.Name: true} {
		for _, item := range h.cloud.Items(table) {
			if _, expires := item[contract.TTLAttribute]; expires != want {
				t.Errorf("%s: expires %v", table, expires)
			}
		}
	}
}
