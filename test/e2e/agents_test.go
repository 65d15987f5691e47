package e2e

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
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
	h.overSockets()
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

// overSockets has the agents of two tenants answer at once, piece by piece.
func (h harness) overSockets() {
	h.t.Helper()
	ctx := h.t.Context()
	const question = "The fuser lamp blinks twice: when is the cover open? Tell me step by step."
	clients := map[string]*world.Client{}
	for _, tenant := range []string{"acme", "acme2"} {
		token, err := h.SignIn(ctx, agent(tenant, "listener"))
		if err != nil {
			h.t.Fatal(err)
		}
		if clients[tenant], err = h.Connect(ctx, token); err != nil {
			h.t.Fatal(err)
		}
	}
	for tenant, c := range clients {
		for turn, message := range map[string]string{"answered-": question, "proposed-": "Please open a ticket for it."} {
			if err := c.Send(ctx, contract.RouteChat, map[string]any{"message": message, "turnId": turn + tenant}); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	for tenant, c := range clients {
		end := h.last(c, "answered-"+tenant)
		pieces, citations := h.pieces(c, "answered-"+tenant)
		switch {
		case end.Answer == nil || !end.Answer.Grounded || !strings.Contains(end.Answer.Text, "cover of "+tenant+" is open"):
			h.t.Errorf("%s is answered %+v", tenant, end)
		case pieces == "" || !strings.HasPrefix(end.Answer.Text, pieces) || citations != len(end.Answer.Citations) || citations == 0:
			h.t.Errorf("%s is sent %q and %d citations of %+v", tenant, pieces, citations, end.Answer)
		}
		end = h.last(c, "proposed-"+tenant)
		if end.Answer == nil || len(end.Answer.PendingActions) != 1 {
			h.t.Fatalf("%s is answered %+v", tenant, end)
		}
		id := end.Answer.PendingActions[0].ActionID
		body := fmt.Sprintf(`{"actionId":%q,"decision":"confirm"}`, id)
		if tenant == "acme2" { // the neighbour's actions are nobody else's
			h.send(agent("acme", "listener"), http.MethodPost, "/actions/create_ticket", body).into(http.StatusNotFound, nil)
		}
		h.send(agent(tenant, "listener"), http.MethodPost, "/actions/create_ticket", body).into(http.StatusOK, nil)
	}
}

// pieces are a turn's deltas in their order, as one text, and the count of its
// citations. What was not sent when the answer is whole is in the answer alone.
func (h harness) pieces(c *world.Client, turn string) (text string, citations int) {
	h.t.Helper()
	all, err := c.Events()
	if err != nil {
		h.t.Fatal(err)
	}
	last := 0
	for _, e := range all {
		if e.TurnID != turn || e.Number == 0 {
			continue
		}
		if e.Number <= last {
			h.t.Errorf("%s: event %d comes after %d", turn, e.Number, last)
		}
		last = e.Number
		switch e.Type {
		case contract.EventTypeDelta:
			text += e.Text
		case contract.EventTypeCitation:
			citations++
		}
	}
	return text, citations
}
