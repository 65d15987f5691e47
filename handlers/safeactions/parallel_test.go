package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
)

// However many confirm at once: one ticket, one confirmation, and all see it.
func TestParallelConfirmations(t *testing.T) {
	h := newHarness(t)
	id, other := h.byAgent("acme", contract.ToolCreateTicket, nil), h.byAgent("globex", contract.ToolCreateTicket, nil)
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for n := range 100 {
		wait.Go(func() {
			c := call{tenant: "acme", person: fmt.Sprint("person-", n), body: decide(id, "confirm")}
			if n%2 == 1 {
				c.tenant, c.body = "globex", decide(other, "confirm")
			}
			status, body := h.send(c)
			mu.Lock()
			defer mu.Unlock()
			if status != 200 || body["step"] != "executed" {
				t.Errorf("%d %v", status, body)
			}
			seen[fmt.Sprint(c.tenant, body["ticketId"])] = true
		})
	}
	wait.Wait()
	made := h.tickets()
	if len(made) != 2 || made[0].TenantID == made[1].TenantID || len(seen) != 2 {
		t.Errorf("%d tickets, seen %v", len(made), seen)
	}
	if n := strings.Count(h.metric.String(), contract.MetricSuggestionsAccepted+`":1`); n != 2 {
		t.Errorf("%d suggestions accepted", n)
	}
	if n := strings.Count(h.steps(), "confirmed"); n != 2 || len(h.cloud.Denied()) != 0 {
		t.Errorf("%s, %v", h.steps(), h.cloud.Denied())
	}
}

// Of a confirmation and a refusal that come at once, one stands.
func TestConfirmAgainstRefuse(t *testing.T) {
	h := newHarness(t)
	for range 20 {
		id := h.byAgent("acme", contract.ToolCreateTicket, nil)
		before := len(h.tickets())
		status := map[string]int{}
		var wait sync.WaitGroup
		var mu sync.Mutex
		for _, d := range []string{"confirm", "refuse"} {
			wait.Go(func() {
				got, _ := h.send(call{body: decide(id, d)})
				mu.Lock()
				defer mu.Unlock()
				status[d] = got
			})
		}
		wait.Wait()
		made := len(h.tickets()) - before
		if !(status["confirm"] == 200 && status["refuse"] == 409 && made == 1) && !(status["confirm"] == 409 && status["refuse"] == 200 && made == 0) {
			t.Errorf("%v, %d tickets", status, made)
		}
	}
}

// Whatever stands for an action's id: it is refused, and reaches nothing.
func FuzzActionID(f *testing.F) {
	for _, seed := range []string{"", "x", "0199a0a0-0000-7000-8000-000000000000", "TENANT#globex", "ACTION#2026", "\x00", strings.Repeat("f", 64)} {
		f.Add(seed)
	}
	h := newHarness(f)
	own := h.byAgent("acme", contract.ToolCreateTicket, nil)
	h.byAgent("globex", contract.ToolCreateTicket, nil)
	f.Fuzz(func(t *testing.T, id string) {
		text, err := json.Marshal(map[string]string{"actionId": id, "decision": "refuse"})
		if err != nil {
			t.Fatal(err)
		}
		status, body := h.send(call{body: string(text)})
		if status != 404 && status != 400 && id != own {
			t.Errorf("%q: %d %v", id, status, body)
		}
		if len(h.cloud.Denied()) != 0 {
			t.Errorf("%q: %v", id, h.cloud.Denied())
		}
	})
}
