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

	s.goes(h, tenant)
	s.check(h.t)
}

// goes tells how a tenant goes, with its data.
func (s *story) goes(h harness, tenant string) {
	path := "/agents/" + tenant
	s.tell("## It goes", "",
		"Offboarding takes away what onboarding made, and says what it removed. What becomes of the tenant's data is the request's to say:", "",
		"| `data` | the data |",
		"| --- | --- |",
		"| `keep`, or nothing | stays, and whoever gets the id next would find it |",
		"| `erase` | is erased: tickets, conversations, documents' metadata and connections, and every version of every object |",
		"| `export` | is exported, and once the export is whole it is erased |", "",
		"The approval chain of actions (the audit) stays in every case: nothing is ever taken out of it. What was erased is in backups until they expire: the tables' where",
		"point-in-time recovery is on (35 days), and the search domain's own snapshots (14 days).", "",
		"With `erase` and `export` the answer is 202, and a state machine goes on. First it waits until nobody can write any more: for the lifetime of a token and that of an upload's URL,",
		"75 minutes with tokens of an hour. `GET` shows how far it is, and so does the same `DELETE` again, which also starts it anew where it failed.",
		"The id can't be given to anybody meanwhile.")
	s.exchange(h, world.Operator, http.MethodDelete, path+"?data=export", "").into(http.StatusAccepted, nil)
	s.exchange(h, world.Operator, http.MethodGet, path, "").into(http.StatusOK, nil)
	s.exchange(h, world.Operator, http.MethodDelete, path+"?data=erase", "").into(http.StatusConflict, nil)
	s.tell("Once everything is gone there is no such tenant.")
	h.eventually("the tenant is gone", func() bool { return h.send(world.Operator, http.MethodGet, path, "").Status == http.StatusNotFound })
	s.exchange(h, world.Operator, http.MethodGet, path, "").into(http.StatusNotFound, nil)
	report, operation := h.report(tenant)
	s.tell("The report is in the audit, with what was exported where and how much was erased.")
	s.show(h, report)
	s.tell(fmt.Sprintf("The export lies in the documents bucket for %d days. Its manifest was written last: without it there is no export, and nothing is erased.", contract.ExportDays))
	manifest, _, _ := h.export(tenant, operation)
	s.show(h, manifest)
	s.tell("Items are lines of JSON, as they were stored, without what opens something (tokens of waiting ingestions). Each version of a document lies below `contents/`, and a line of `documents/`",
		"says which it was. Not exported is what the platform keeps for itself and lets expire: open connections, and answers to repeated requests.")
}
