package e2e

import (
	"fmt"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
)

// life tells a tenant's life: how it comes, works and goes.
func life(h harness) {
	const tenant = "initech"
	h.Agents.SetScript(nil)
	defer h.Agents.SetScript(script)
	var s story
	s.tell("# A tenant's life", "",
		"The requests and answers below are of an end-to-end run (`test/e2e`), which writes this page; ids, times, scores and keys are replaced.",
		"[api.md](api.md) says how requests are authenticated and what errors look like.")
	s.tell("## It comes", "", "An operator onboards the tenant with one request. Where it takes longer than a request may, the answer is 202 with the step that is at work,",
		"and the same request goes on; where a step fails, the answer names it, and the same request goes on there. A tenant is served once it is `ready`, and not before.",
		"The answer is the only place where the tenant's API key stands.")
	tier := h.Config.API.Tiers[0].Name
	s.exchange(h, world.Operator, http.MethodPost, "/agents", fmt.Sprintf(`{"tenantId":%q,"name":"Ada","tier":%q,"adminEmail":"admin@initech.example"}`, tenant, tier)).into(http.StatusCreated, nil)
	if err := h.Know(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	if err := h.StartAgent(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	s.tell("`verify=true` compares the configuration with what is in AWS.")
	s.exchange(h, world.Operator, http.MethodGet, "/agents/"+tenant+"?verify=true", "").into(http.StatusOK, nil)

	customer, boss := agent(tenant, "c0ffee"), admin(tenant, "b055")
	s.tell("## It works", "", "A document is announced, and put where the answer says; then an administrator approves it, where the environment asks for that.")
	d := h.upload(customer, "", "Stapler manual", "# Stapler\n\nThe red stapler takes staples of type 26/6.\n")
	h.decide(boss, d.DocumentID, 1, "approved")
	h.until(customer, d.DocumentID, "it is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
	s.exchange(h, customer, http.MethodGet, "/documents?status=indexed", "").into(http.StatusOK, nil)
	s.tell("The agent answers from it, and cites.")
	s.exchange(h, customer, http.MethodPost, "/chat", `{"message":"The red stapler takes staples of which type?"}`).into(http.StatusOK, nil)
	s.tell("What no document says, it does not say either.")
	s.exchange(h, customer, http.MethodPost, "/chat", `{"message":"Who wins the cup?"}`).into(http.StatusOK, nil)
	s.tell("It proposes, and a person confirms.")
	var proposed contract.ChatAnswer
	s.exchange(h, customer, http.MethodPost, "/chat", `{"message":"Open a ticket: the stapler is missing."}`).into(http.StatusOK, &proposed)
	if len(proposed.PendingActions) != 1 {
		h.t.Fatalf("proposed %+v", proposed)
	}
	s.exchange(h, customer, http.MethodPost, "/actions/create_ticket", fmt.Sprintf(`{"actionId":%q,"decision":"confirm"}`, proposed.PendingActions[0].ActionID)).into(http.StatusOK, nil)

	s.tell("## It goes", "", "Offboarding takes away what onboarding made, and says what it removed and what still holds data: `data=erase` marks the tenant as to be erased,",
		"so that its id can't be given again; the tables and documents themselves are not erased by it yet, and `data=export` is refused before anything is removed.")
	s.exchange(h, world.Operator, http.MethodDelete, "/agents/"+tenant, "").into(http.StatusOK, nil)
	s.exchange(h, world.Operator, http.MethodGet, "/agents/"+tenant, "").into(http.StatusNotFound, nil)
	s.check(h.t)
}
