package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

func TestCreateTicket(t *testing.T) {
	h := newHarness(t)
	c := call{method: "POST", route: "/tickets", key: "k1", body: `{"subject":"s","description":"d","priority":"low","conversationId":"c-1","severity":5}`}
	first, response := h.answer(c, 201)
	id := first["ticketId"].(string)
	want := map[string]any{
		"ticketId": id, "version": 1.0, "status": "open", "priority": "low", "subject": "s", "description": "d", "severity": 5.0, "slaRisk": false,
		"createdAt": first["createdAt"], "updatedAt": first["createdAt"], "conversationIds": []any{"c-1"},
	}
	if d := cmp.Diff(want, first); d != "" {
		t.Error(d)
	}
	if response.Headers["Location"] != "/tickets/"+id {
		t.Errorf("location %s", response.Headers["Location"])
	}
	if at, err := time.Parse("2006-01-02T15:04:05.000Z", first["createdAt"].(string)); err != nil || at.Year() != 2026 {
		t.Errorf("createdAt %v, %v", at, err)
	}
	if d := cmp.Diff(first, h.do(call{method: "GET", route: "/tickets/{id}", id: id}, 200)); d != "" {
		t.Error(d)
	}
	// The same request again: the same answer, whatever became of the ticket.
	h.do(call{method: "PATCH", route: "/tickets/{id}", id: id, body: `{"version":1,"status":"closed"}`}, 200)
	c.body = " " + c.body // white space is no other request
	if d := cmp.Diff(first, h.do(c, 201)); d != "" {
		t.Error(d)
	}
	// The key with another request, on the same route and on another one.
	h.do(call{method: "POST", route: "/tickets", key: "k1", body: ticketBody}, 422)
	h.do(call{method: "PATCH", route: "/tickets/{id}", id: id, key: "k1", body: `{"version":2,"status":"open"}`}, 422)
	// Another's key is another request, and so is a key that was forgotten.
	if other := h.do(call{tenant: "globex", method: "POST", route: "/tickets", key: "k1", body: ticketBody}, 201); other["ticketId"] == id {
		t.Error("another tenant got the ticket")
	}
	if colleague := h.ticket(call{key: "k1", person: "colleague"}); colleague == id {
		t.Error("a colleague got the ticket")
	}
	h.clock.Pass(store.RememberFor)
	if again := h.do(c, 201); again["ticketId"] == id {
		t.Error("the key is remembered for ever")
	}
	detail := fmt.Sprintf(`{"tenantId":"acme","ticketId":%q,"version":1,"status":"open","priority":"low","severity":5}`, id)
	if h.cloud.Events[0] != (fakeaws.Event{Type: contract.EventTicketCreated, Detail: detail}) {
		t.Errorf("event %v", h.cloud.Events[0])
	}
	if n := len(h.cloud.Events); n != 5 {
		t.Errorf("%d events: %v", n, h.cloud.Events)
	}
	if strings.Contains(h.log.String(), "confidential") || strings.Contains(h.log.String(), "jane") {
		t.Errorf("the log holds the request:\n%s", h.log)
	}
}

func TestOneOfManyEqualRequestsWrites(t *testing.T) {
	h := newHarness(t)
	ids := make([]string, 40)
	var wg sync.WaitGroup
	for n := range ids {
		wg.Go(func() { ids[n] = h.ticket(call{key: "same"}) })
	}
	wg.Wait()
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("tickets %v", ids)
	}
	if n := len(h.cloud.Items("tickets")); n != 2 { // the ticket and what is remembered
		t.Errorf("%d items", n)
	}
}

func TestUpdateTicket(t *testing.T) {
	h := newHarness(t)
	id := h.ticket(call{})
	patch := call{method: "PATCH", route: "/tickets/{id}", id: id, body: `{"version":1,"status":"resolved","assignedTo":"p","severity":1,"category":"billing","priority":"urgent"}`}
	got := h.do(patch, 200)
	if got["version"] != 2.0 || got["status"] != "resolved" || got["assignedTo"] != "p" || got["severity"] != 1.0 || got["category"] != "billing" || got["priority"] != "urgent" {
		t.Errorf("%v", got)
	}
	if got["subject"] != "Invoice is wrong" || got["updatedAt"] == got["createdAt"] {
		t.Errorf("%v", got)
	}
	if d := cmp.Diff(got, h.do(call{method: "GET", route: "/tickets/{id}", id: id}, 200)); d != "" {
		t.Errorf("what is stored is another one: %s", d)
	}
	if conflict := h.do(patch, 409); conflict["currentVersion"] != 2.0 {
		t.Errorf("%v", conflict)
	}
	h.do(call{method: "PATCH", route: "/tickets/{id}", id: "none", body: `{"version":1,"status":"open"}`}, 404)
	// Its status in the list follows.
	list := func(status string) []string {
		return items(h.do(call{method: "GET", route: "/tickets", query: map[string]string{"status": status}}, 200), "ticketId")
	}
	if len(list("open")) != 0 || !slices.Equal(list("resolved"), []string{id}) {
		t.Errorf("open %v, resolved %v", list("open"), list("resolved"))
	}
	if last := h.cloud.Events[len(h.cloud.Events)-1]; last.Type != contract.EventTicketUpdated {
		t.Errorf("event %v", last)
	}
}

func TestNoUpdateIsLost(t *testing.T) {
	h := newHarness(t)
	id := h.ticket(call{})
	const writers = 20
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for version := 1; ; {
				event := call{method: "PATCH", route: "/tickets/{id}", id: id, body: fmt.Sprintf(`{"version":%d,"severity":2}`, version)}.event()
				response, _ := h.api.Handle(t.Context(), event)
				if response.StatusCode == 200 {
					return
				}
				var p struct{ CurrentVersion int }
				if err := json.Unmarshal([]byte(response.Body), &p); err != nil || response.StatusCode != 409 || p.CurrentVersion <= version {
					t.Errorf("%d: %s", response.StatusCode, response.Body)
					return
				}
				version = p.CurrentVersion
			}
		})
	}
	wg.Wait()
	if got := h.do(call{method: "GET", route: "/tickets/{id}", id: id}, 200); got["version"] != float64(writers+1) {
		t.Errorf("version %v", got["version"])
	}
}

func TestListTickets(t *testing.T) {
	h := newHarness(t)
	var want []string
	for range 25 {
		want = append(want, h.ticket(call{key: fmt.Sprint(len(want))}))
		h.ticket(call{tenant: "acme2"})
		h.ticket(call{tenant: "globex"})
	}
	slices.Reverse(want)
	for _, query := range []map[string]string{{}, {"status": "open"}} {
		for _, limit := range []string{"", "1", "7", "100"} {
			var got []string
			cursor := ""
			for pages := 0; ; pages++ {
				q := map[string]string{}
				for n, v := range query {
					q[n] = v
				}
				if limit != "" {
					q["limit"] = limit
				}
				if cursor != "" {
					q["cursor"] = cursor
				}
				page := h.do(call{method: "GET", route: "/tickets", query: q}, 200)
				got = append(got, items(page, "ticketId")...)
				if limit == "" && pages == 0 && len(got) != 20 {
					t.Errorf("the default is %d", len(got))
				}
				cursor, _ = page["nextCursor"].(string)
				if cursor == "" {
					break
				}
				if pages > 30 {
					t.Fatal("no end")
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%v limit %q: %s", query, limit, d)
			}
		}
	}
	if n := len(h.do(call{method: "GET", route: "/tickets", query: map[string]string{"status": "closed"}}, 200)["items"].([]any)); n != 0 {
		t.Errorf("%d closed", n)
	}
}

func TestCursorsStayWhereTheyAre(t *testing.T) {
	h := newHarness(t)
	for range 3 {
		h.ticket(call{})
		h.ticket(call{tenant: "globex"})
	}
	list := func(tenant string, query map[string]string) call {
		return call{tenant: tenant, method: "GET", route: "/tickets", query: query}
	}
	cursor := h.do(list("acme", map[string]string{"limit": "1"}), 200)["nextCursor"].(string)
	for name, c := range map[string]call{
		"another tenant":   list("globex", map[string]string{"cursor": cursor}),
		"another filter":   list("acme", map[string]string{"cursor": cursor, "status": "open"}),
		"another list":     {method: "GET", route: "/documents", query: map[string]string{"cursor": cursor}},
		"a conversation's": {method: "GET", route: "/conversations/{id}", id: "c", query: map[string]string{"cursor": cursor}},
	} {
		before := len(h.log.String())
		if p := h.do(c, 400); fields(p) != "query.cursor" {
			t.Errorf("%s: %v", name, p)
		}
		if !strings.Contains(h.log.String()[before:], `"securityEvent":"cursor-forged"`) {
			t.Errorf("%s: no security event", name)
		}
	}
	before := len(h.log.String())
	if p := h.do(list("acme", map[string]string{"cursor": "AAAA"}), 400); fields(p) != "query.cursor" {
		t.Errorf("%v", p)
	}
	if strings.Contains(h.log.String()[before:], "securityEvent") {
		t.Error("a typing error is a security event")
	}
	h.do(list("acme", map[string]string{"cursor": cursor, "limit": "2"}), 200) // another limit is the same list
}

// A fault at any call of a write, before or after the call did its work: who
// sends the request again has one ticket in the end, and others were told.
func TestCreateTicketSurvivesFaults(t *testing.T) {
	for n := 1; ; n++ {
		reached := false
		for _, after := range []bool{false, true} {
			h := newHarness(t)
			count := 0
			h.cloud.SetFault(func(string) error {
				if count++; count != n {
					return nil
				}
				reached = true
				if after {
					return fakeaws.AfterError{Err: fakeaws.Down()}
				}
				return fakeaws.Down()
			})
			c := call{method: "POST", route: "/tickets", key: "k", body: ticketBody}
			response, _ := h.api.Handle(t.Context(), c.event())
			h.cloud.SetFault(nil)
			if response.StatusCode == 503 {
				if response.Headers["Retry-After"] == "" {
					t.Error("no Retry-After")
				}
				h.do(c, 201)
			} else if response.StatusCode != 201 {
				t.Errorf("call %d: status %d", n, response.StatusCode)
			}
			if got := len(items(h.do(call{method: "GET", route: "/tickets"}, 200), "ticketId")); got != 1 {
				t.Errorf("call %d, after %v: %d tickets", n, after, got)
			}
			if len(h.cloud.Events) == 0 {
				t.Errorf("call %d, after %v: nobody was told", n, after)
			}
		}
		if !reached {
			if n < 5 {
				t.Errorf("a write makes %d calls", n-1)
			}
			return
		}
	}
}
