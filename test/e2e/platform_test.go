package e2e

import "testing"

// TestPlatform deploys the platform once and runs its scenarios against it.
func TestPlatform(t *testing.T) {
	h := start(t)
	for _, tenant := range []string{"acme", "acme2"} { // one id begins with the other
		if err := h.Onboard(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
	for _, scenario := range []struct {
		name string
		run  func(harness)
	}{
		{"two tenants write tickets at once", tickets},
		{"a document is learned, learned anew and forgotten", documents},
		{"people chat", chat},
		{"an action is done once", actions},
		{"an escalation reaches people", escalations},
		{"tenants' agents answer, cite, decline and propose", agents},
		{"a tenant comes, is changed and goes", tenants},
		{"a tenant goes with its data", erasures},
		{"a tenant's life is as it is told", life},
		{"calls fail before and after they took effect", faults},
		{"what could not be answered is answered later", deadLetters},
		{"an upload is told of twice while the search is away", duplicates},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.run(h.of(t)) })
	}
	for _, refused := range h.Gateway.Recorder().Refused() {
		t.Error("refused: " + refused)
	}
	checkCalls(t, h)
	checkLogs(t, h)
	t.Logf("%d resources made; left out:", h.Deployment.Made)
	for _, reason := range h.Deployment.Reasons() {
		t.Log("  " + reason)
	}
}
