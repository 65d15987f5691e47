package e2e

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
)

// A tenant comes, is changed and goes; the others notice nothing.
func tenants(h harness) {
	const tenant = "globex"
	if err := h.Onboard(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	var again contract.TenantAgent
	if err := h.Onboard(h.t.Context(), tenant); err != nil { // the same request changes nothing
		h.t.Fatal(err)
	}
	h.send(world.Operator, http.MethodGet, "/agents/"+tenant+"?verify=true", "").into(http.StatusOK, &again)
	if again.APIKey != "" || again.State != contract.AgentReady || again.Checked == nil || len(again.Checked.Drift) != 0 {
		h.t.Errorf("the agent is %+v, checked %+v", again, again.Checked)
	}
	h.send(admin("acme", "curious"), http.MethodGet, "/agents/"+tenant, "").into(http.StatusNotFound, nil)
	h.send(admin("acme", "bold"), http.MethodDelete, "/agents/"+tenant, "").into(http.StatusForbidden, nil)
	h.send(world.Operator, http.MethodGet, "/tickets", "").into(http.StatusForbidden, nil)

	change := fmt.Sprintf(`{"version":%d,"tools":["search_knowledge_base","create_ticket"]}`, again.Version)
	h.send(world.Operator, http.MethodPut, "/agents/"+tenant, change).into(http.StatusOK, nil)
	if err := h.StartAgent(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	h.Agents.SetScript(nil)
	defer h.Agents.SetScript(script)
	p := agent(tenant, "customer")
	d := h.upload(p, "", "Manual", "# Manual\n\nThe lever of globex turns left.\n")
	h.decide(admin(tenant, "approver"), d.DocumentID, 1, "approved")
	h.until(p, d.DocumentID, "it is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
	var answer contract.ChatAnswer
	h.send(p, http.MethodPost, "/chat", `{"message":"Which way turns the lever of globex?"}`).into(http.StatusOK, &answer)
	if !answer.Grounded {
		h.t.Errorf("answer %+v", answer)
	}
	h.send(p, http.MethodPost, "/chat", `{"message":"I want a person now."}`).into(http.StatusOK, &answer)
	if answer.Escalated {
		h.t.Error("a tool that was taken away is used")
	}

	var report contract.RemovalReport
	h.eventually("the tenant is removed", func() bool {
		a := h.send(world.Operator, http.MethodDelete, "/agents/"+tenant, "")
		if a.Status == http.StatusAccepted {
			return false
		}
		a.into(http.StatusOK, &report)
		return true
	})
	if report.Vectors != 1 || report.State != "" || len(report.Removed) < 5 {
		h.t.Errorf("report %+v", report)
	}
	// Functions keep an agent for half a minute.
	h.eventually("its people are refused", func() bool { return h.send(p, http.MethodGet, "/tickets", "").Status == http.StatusForbidden })
	h.send(world.Operator, http.MethodGet, "/agents/"+tenant, "").into(http.StatusNotFound, nil)
	if slices.Contains(h.Search.Aliases(contract.VectorIndex), contract.TenantAlias(tenant)) || len(h.learned(d.DocumentID)) != 0 {
		h.t.Error("the tenant's vectors are still there")
	}
	h.send(agent("acme", "customer"), http.MethodPost, "/chat", `{"message":"The fuser lamp blinks twice: when is the cover open?"}`).into(http.StatusOK, &answer)
	if !answer.Grounded {
		h.t.Errorf("another tenant notices: %+v", answer)
	}
}
