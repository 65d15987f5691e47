package e2e

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/flowops/flowops/contract"
)

// The real agents answer: from their own tenant's documents, with citations, or
// not at all; what they propose is done once a person confirmed it.
func agents(h harness) {
	h.Agents.SetScript(nil)
	defer h.Agents.SetScript(script)
	ask := func(tenant, message string) (a contract.ChatAnswer) {
		h.t.Helper()
		h.send(agent(tenant, "customer"), http.MethodPost, "/chat", fmt.Sprintf(`{"message":%q}`, message)).into(http.StatusOK, &a)
		return a
	}
	for _, tenant := range []string{"acme", "acme2"} {
		if err := h.StartAgent(h.t.Context(), tenant); err != nil {
			h.t.Fatal(err)
		}
		d := h.upload(agent(tenant, "uploader"), "", "Fuser manual", "# Fuser\n\nThe fuser lamp blinks twice when the cover of "+tenant+" is open.\n")
		h.decide(admin(tenant, "approver"), d.DocumentID, 1, "approved")
		h.until(agent(tenant, "uploader"), d.DocumentID, "it is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
		a := ask(tenant, "The fuser lamp blinks twice: when is the cover open?")
		if !a.Grounded || a.Refused || len(a.Citations) != 1 || a.Citations[0].DocumentID != d.DocumentID || !strings.Contains(a.Text, "cover of "+tenant+" is open") {
			h.t.Errorf("%s is answered %+v", tenant, a)
		}
		if a := ask(tenant, "Who won the chess championship in 1972?"); !a.Refused || a.Grounded || len(a.Citations) != 0 {
			h.t.Errorf("%s is told what no document says: %+v", tenant, a)
		}
	}
	proposed := ask("acme", "Please open a ticket for it.")
	if len(proposed.PendingActions) != 1 || proposed.PendingActions[0].Type != contract.ToolCreateTicket {
		h.t.Fatalf("a ticket is proposed as %+v", proposed)
	}
	var done contract.Action
	body := fmt.Sprintf(`{"actionId":%q,"decision":"confirm"}`, proposed.PendingActions[0].ActionID)
	h.send(agent("acme2", "stranger"), http.MethodPost, "/actions/create_ticket", body).into(http.StatusNotFound, nil)
	h.send(agent("acme", "customer"), http.MethodPost, "/actions/create_ticket", body).into(http.StatusOK, &done)
	var ticket contract.Ticket
	h.send(agent("acme", "customer"), http.MethodGet, "/tickets/"+done.TicketID, "").into(http.StatusOK, &ticket)
	if done.Step != contract.ActionExecuted || ticket.Subject != "Asked for in a chat" {
		h.t.Errorf("%+v, %+v", done, ticket)
	}
	if a := ask("acme", "I want a person, please."); !a.Escalated {
		h.t.Errorf("who asks for a person is answered %+v", a)
	}
}
