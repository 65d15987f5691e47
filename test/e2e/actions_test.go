package e2e

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/flowops/flowops/contract"
)

// What a person confirmed is done once, however often the confirmation comes,
// and by nobody of another tenant.
func actions(h harness) {
	p := agent("acme", "decider")
	const wish = `{"input":{"subject":"Toner is empty","description":"The toner-of-acme is empty.","priority":"low"}}`
	var pending contract.Action
	h.send(p, http.MethodPost, "/actions/create_ticket", wish).into(http.StatusCreated, &pending)
	if pending.Step != contract.ActionRequested {
		h.t.Errorf("a new action is %+v", pending)
	}
	confirm := fmt.Sprintf(`{"actionId":%q,"decision":"confirm"}`, pending.ActionID)
	h.send(agent("acme2", "stranger"), http.MethodPost, "/actions/create_ticket", confirm).into(http.StatusNotFound, nil)

	var mu sync.Mutex
	tickets := map[string]int{}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 50 {
				a := h.send(p, http.MethodPost, "/actions/create_ticket", confirm)
				if a.Status == http.StatusServiceUnavailable { // others were faster: it says so, and nothing is lost
					continue
				}
				var done contract.Action
				a.into(http.StatusOK, &done)
				mu.Lock()
				tickets[done.Step+" "+done.TicketID]++
				mu.Unlock()
				return
			}
			h.t.Error("a confirmation was never taken")
		})
	}
	all.Wait()
	if len(tickets) != 1 {
		h.t.Errorf("twenty confirmations ended in %v", tickets)
	}
	h.send(p, http.MethodPost, "/actions/create_ticket", fmt.Sprintf(`{"actionId":%q,"decision":"refuse"}`, pending.ActionID)).into(http.StatusConflict, nil)
}

// Who asks for a person gets one: an escalation goes over the bus to the people
// who read the alerts, without a word of the customer's.
func escalations(h harness) {
	read := h.alerts()
	var done contract.Action
	h.send(agent("acme", "worried"), http.MethodPost, "/actions/escalate_to_human", `{"input":{"reason":"the secret-of-acme burns","severity":1}}`).into(http.StatusCreated, &done)
	if done.Step != contract.ActionExecuted {
		h.t.Errorf("a hand-over is %+v", done)
	}
	read("needs a person", "secret-of-acme")

	h.Agents.SetScript(func(r contract.AgentRequest) []contract.AgentEvent {
		events := script(r)
		events[len(events)-1].Answer.Escalation = &contract.Action{
			ActionID: done.ActionID, Type: contract.ToolEscalateToHuman, Step: contract.ActionRequested, Input: []byte(`{"reason":"the secret-of-acme burns","severity":2}`), ConversationID: r.ConversationID,
		}
		return events
	})
	defer h.Agents.SetScript(script)
	var answer contract.ChatAnswer
	h.send(agent("acme", "worried"), http.MethodPost, "/chat", `{"message":"I want a person."}`).into(http.StatusOK, &answer)
	if !answer.Escalated {
		h.t.Errorf("the answer is %+v", answer)
	}
	read("needs a person", "secret-of-acme")
}
