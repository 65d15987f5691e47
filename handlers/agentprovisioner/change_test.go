package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// onboarded has a tenant, and a second bundle that was deployed after it came.
func onboarded(t *testing.T) *harness {
	t.Helper()
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.deploy(definition(), bundle2)
	return h
}

func (h *harness) live(id string) string {
	for _, r := range h.runtimes.All {
		if r.Name == contract.RuntimeName("flowops_dev_", id) {
			return r.Endpoints[contract.LiveAlias].Live
		}
	}
	return ""
}

// A new bundle is rolled out by the endpoint, and the version before is what to
// go back to, with the settings that it had.
func TestRollOutAndBack(t *testing.T) {
	h := onboarded(t)
	body := h.do(put("acme", object{"version": 1, "agentVersion": "latest", "tools": []string{contract.ToolSearchKnowledgeBase}, "name": "Ada", "guardrailVersion": "2"}), 200)
	if body["agentVersion"] != "2" || body["previousVersion"] != "1" || body["bundle"] != bundle2 || body["version"] != 2.0 || h.live("acme") != "2" || body["guardrailVersion"] != "2" {
		t.Errorf("%v, live %s", body, h.live("acme"))
	}
	if got := h.runtimes.All[0].Versions[1].EnvironmentVariables["AGENT_OVERRIDES"]; !strings.HasPrefix(got, `{"agentType":"single","name":"Ada","guardrailVersion":"2","tools":[{"name":"search_knowledge_base","enabled":true},{"name":"create_ticket","enabled":false}`) {
		t.Errorf("overrides %s", got)
	}
	body = h.do(put("acme", object{"version": 2, "agentVersion": "1"}), 200)
	agent, _ := h.agent("acme")
	if body["agentVersion"] != "1" || body["previousVersion"] != "2" || agent.Bundle != bundle1 || agent.Name != "Agent of acme" || len(enabled(agent.Tools)) != 5 || agent.GuardrailVersion != "" || h.live("acme") != "1" {
		t.Errorf("back: %+v, live %s", agent, h.live("acme"))
	}
	// What is changed then is changed of the version that is live, not of the newest.
	body = h.do(put("acme", object{"version": 3, "agentType": "swarm"}), 200)
	if body["agentVersion"] != "3" || body["bundle"] != bundle1 || body["agentType"] != "swarm" || h.live("acme") != "3" {
		t.Errorf("%v", body)
	}
	if agent, _ = h.agent("acme"); len(h.incomplete("acme", agent, true)) > 0 {
		t.Errorf("lacks %v", h.incomplete("acme", agent, true))
	}
	// The same settings again need no new version.
	body = h.do(put("acme", object{"version": 4, "agentType": "swarm"}), 200)
	if body["agentVersion"] != "3" || body["version"] != 5.0 || len(h.runtimes.All[0].Versions) != 3 {
		t.Errorf("%v", body)
	}
}

// A tier alone moves the key and leaves the agent alone.
func TestTierMovesTheKey(t *testing.T) {
	h := onboarded(t)
	h.do(put("acme", object{"version": 1, "tier": "pro"}), 200)
	agent, _ := h.agent("acme")
	if lacks := h.incomplete("acme", agent, true); len(lacks) > 0 || agent.Tier != "pro" || agent.AgentVersion != "1" || len(h.gateway.Plans["plan-b"]) > 0 {
		t.Errorf("lacks %v: %+v", lacks, agent)
	}
}

func TestChangeRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		body   object
		status int
		field  string
	}{
		"an old version":              {object{"version": 7, "tier": "pro"}, 409, ""},
		"no version":                  {object{"tier": "pro"}, 400, ""},
		"nothing":                     {object{"version": 1}, 400, ""},
		"unknown tier":                {object{"version": 1, "tier": "gold"}, 400, "tier"},
		"unknown tool":                {object{"version": 1, "tools": []string{"request_logs"}}, 400, "tools"},
		"a name for prompts":          {object{"version": 1, "name": "a\nb"}, 400, "name"},
		"guardrail not published":     {object{"version": 1, "guardrailVersion": "4"}, 400, "guardrailVersion"},
		"the guardrail's draft":       {object{"version": 1, "guardrailVersion": "DRAFT"}, 400, "guardrailVersion"},
		"no guardrail's version":      {object{"version": 1, "guardrailVersion": "0"}, 400, "guardrailVersion"},
		"an agent's unknown version":  {object{"version": 1, "agentVersion": "2"}, 400, "agentVersion"},
		"what is no version":          {object{"version": 1, "agentVersion": "newest"}, 400, "agentVersion"},
		"a version and its settings":  {object{"version": 1, "agentVersion": "1", "tools": []string{"create_ticket"}}, 400, "agentVersion"},
		"a version and another agent": {object{"version": 1, "agentVersion": "1", "agentType": "swarm"}, 400, "agentVersion"},
	} {
		t.Run(name, func(t *testing.T) {
			h := onboarded(t)
			d := definition()
			d.Tools = d.Tools[:4]
			h.deploy(d, bundle2)
			before := dump(h.cloud.Items(contract.Agents.Name))
			body := h.do(put("acme", tt.body), tt.status)
			if tt.field != "" {
				if fields := body["errors"].([]any); fields[0].(object)["field"] != tt.field {
					t.Errorf("%v", body)
				}
			}
			if tt.status == 409 && body["currentVersion"] != 1.0 {
				t.Errorf("%v", body)
			}
			if dump(h.cloud.Items(contract.Agents.Name)) != before || len(h.runtimes.All[0].Versions) != 1 {
				t.Error("something changed")
			}
		})
	}
	h := newHarness(t)
	h.do(put("nobody", object{"version": 1, "tier": "pro"}), 404)
}

// Of two changes for one version one is done; whoever comes second has to look
// again.
func TestLostUpdate(t *testing.T) {
	h := onboarded(t)
	h.do(put("acme", object{"version": 1, "tier": "pro"}), 200)
	if body := h.do(put("acme", object{"version": 1, "name": "Other"}), 409); body["currentVersion"] != 2.0 {
		t.Errorf("%v", body)
	}
	// The same one again is that its answer was lost.
	h.do(put("acme", object{"version": 1, "tier": "pro"}), 200)
	agent, _ := h.agent("acme")
	if agent.Version != 2 || agent.Name != "Agent of acme" {
		t.Errorf("%+v", agent)
	}
}

// A change that can't be finished leaves the tenant as it was, and one for the
// version that it spent takes its place and undoes what it did.
func TestAStuckChangeIsReplaced(t *testing.T) {
	h := onboarded(t)
	h.runtimes.Fails = func(version int) bool { return version > 1 }
	stuck := put("acme", object{"version": 1, "agentVersion": "latest", "tier": "pro"})
	for range 2 {
		h.do(stuck, 502)
		h.clock.Pass(2 * hold)
	}
	if agent, chats := h.agent("acme"); !chats || h.live("acme") != "1" || agent.AgentVersion != "1" || agent.Tier != "basic" || agent.Step != "runtime" {
		t.Errorf("chats %v, live %s: %+v", chats, h.live("acme"), agent)
	}
	h.do(post("acme"), 409) // a change is under way
	h.do(put("acme", object{"version": 1, "tools": []string{}}), 409)
	// This one gets as far as the key, and is replaced there.
	h.runtimes.Fails = nil
	h.cloud.SetFault(func(o string) error {
		if o == "CreateUsagePlanKey" {
			return errDown
		}
		return nil
	})
	h.do(put("acme", object{"version": 2, "tools": []string{}, "tier": "pro"}), 503)
	h.cloud.SetFault(nil)
	h.clock.Pass(2 * hold)
	body := h.do(put("acme", object{"version": 3, "agentVersion": "1"}), 200)
	agent, chats := h.agent("acme")
	if lacks := h.incomplete("acme", agent, true); !chats || len(lacks) > 0 || body["version"] != 4.0 || agent.Tier != "basic" || len(enabled(agent.Tools)) != 5 || h.live("acme") != "1" {
		t.Errorf("lacks %v: %+v, live %s", lacks, agent, h.live("acme"))
	}
}

// A slow rollout takes several requests; people chat on with the version before.
func TestChangeTakesSeveralRequests(t *testing.T) {
	h := onboarded(t)
	h.runtimes.Slow = 16
	var steps []any
	for n := 0; ; n++ {
		status, body := h.send(put("acme", object{"version": 1, "agentVersion": "latest"}))
		if status == 200 {
			break
		}
		if agent, chats := h.agent("acme"); status != 202 || !chats || agent.AgentVersion != "1" || n > 6 {
			t.Fatalf("%d: %d %v", n, status, body)
		}
		steps = append(steps, body["step"])
	}
	if len(steps) < 2 || !slices.Contains(steps, any("runtime")) || !slices.Contains(steps, any("endpoint")) || len(h.runtimes.All[0].Versions) != 2 {
		t.Errorf("steps %v, %d versions", steps, len(h.runtimes.All[0].Versions))
	}
}

// A tenant that is not ready has nothing to change.
func TestChangeOfATenantOnItsWay(t *testing.T) {
	h := newHarness(t)
	h.platform.SearchError = "SearchFailed"
	h.do(post("acme"), 502)
	h.do(put("acme", object{"version": 1, "tier": "pro"}), 409)
}
