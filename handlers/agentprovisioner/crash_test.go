package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

// trouble is a way in which call number n of those that follow fails.
type trouble struct {
	at    func() error // of call n
	after error        // of all later ones; nil: they succeed
}

// faults are the ways: before the call did anything and after it did everything,
// and then the function goes on, or is gone and does no more.
var faults = map[string]trouble{
	"before":           {fakeaws.Down, nil},
	"after":            {lost, nil},
	"before, and dies": {fakeaws.Down, fakeaws.Down()},
	"after, and dies":  {lost, fakeaws.Down()},
}

func lost() error { return fakeaws.AfterError{Err: fakeaws.Down()} }

func (h *harness) failCall(n int, f trouble) {
	calls := 0
	h.cloud.SetFault(func(string) error {
		calls++
		switch {
		case calls-1 == n:
			return f.at()
		case calls-1 > n:
			return f.after
		}
		return nil
	})
}

// looks reports whether an operation changes nothing.
func looks(operation string) bool {
	return strings.HasPrefix(operation, "Get") || strings.HasPrefix(operation, "List") || strings.HasPrefix(operation, "Describe") || operation == "AdminGetUser"
}

// callsOf are the operations of what do does, in order.
func callsOf(t *testing.T, prepare, do func(*harness)) []string {
	t.Helper()
	h := newHarness(t)
	prepare(h)
	from := len(h.cloud.Calls())
	do(h)
	calls := h.cloud.Calls()[from:]
	if len(calls) < 10 {
		t.Fatalf("calls %v", calls)
	}
	return calls
}

// Whichever call of an onboarding fails once, before or after it took effect:
// nobody chats with half a tenant, the same request makes the whole one with
// nothing twice, and offboarding leaves nothing.
func TestEachCallOfOnboardingFailsOnce(t *testing.T) {
	calls := callsOf(t, func(*harness) {}, func(h *harness) { h.do(post("acme"), 201) })
	for n, operation := range calls {
		for when, fault := range faults {
			t.Run(fmt.Sprintf("%d %s %s", n, operation, when), func(t *testing.T) {
				h := newHarness(t)
				h.failCall(n, fault)
				status, _ := h.send(post("acme"))
				// A look that found nothing can't lose more than its answer.
				if lookedInVain := when == "after" && looks(operation); status < 400 && !(status == 201 && lookedInVain) {
					t.Errorf("status %d", status)
				}
				h.cloud.SetFault(nil)
				if chats := h.halfMade("acme", "after the fault"); !chats && len(h.cloud.Events) > 0 {
					t.Error("others were told of a tenant that is not ready")
				}
				h.clock.Pass(2 * hold)
				h.again(post("acme"), 201, 200)
				agent, chats := h.agent("acme")
				if lacks := h.incomplete("acme", agent, true); !chats || len(lacks) > 0 {
					t.Errorf("chats %v, lacks %v", chats, lacks)
				}
				if len(h.cloud.Events) == 0 {
					t.Error("nobody was told")
				}
				h.again(remove("acme", "keep"), 200)
				if left := h.left("acme"); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
				if len(h.cloud.Denied()) > 0 {
					t.Errorf("denied: %v", h.cloud.Denied())
				}
			})
		}
	}
}

// Whichever operation always fails: the failing step is named where there is an
// item to name it in, nobody chats with half a tenant, and when the trouble is
// over the tenant can be made, or removed without a trace.
func TestEachOperationAlwaysFails(t *testing.T) {
	calls := callsOf(t, func(*harness) {}, func(h *harness) { h.do(post("acme"), 201) })
	slices.Sort(calls)
	for _, operation := range slices.Compact(calls) {
		for _, when := range []string{"before", "after"} {
			fault := faults[when]
			for _, end := range []string{"made", "removed"} {
				t.Run(operation+" "+when+", "+end, func(t *testing.T) {
					h := newHarness(t)
					always := func(o string) error {
						if o == operation {
							return fault.at()
						}
						return nil
					}
					for range 3 {
						h.cloud.SetFault(always)
						status, body := h.send(post("acme"))
						if status == 202 || status == 409 || status == 400 {
							t.Errorf("status %d: %v", status, body)
						}
						// It also takes the fault away.
						if chats := h.halfMade("acme", "while it fails"); status < 400 && !chats {
							t.Errorf("status %d, and nobody can chat", status)
						}
						h.clock.Pass(2 * hold)
					}
					status, body := h.send(get("acme"))
					if status == 200 && body["state"] == contract.AgentProvisioning && body["step"] == "" && operation != "PutItem" {
						t.Errorf("the step is not named: %v", body)
					}
					if end == "made" {
						h.again(post("acme"), 201, 200)
						agent, chats := h.agent("acme")
						if lacks := h.incomplete("acme", agent, true); !chats || len(lacks) > 0 {
							t.Errorf("chats %v, lacks %v", chats, lacks)
						}
						return
					}
					h.again(remove("acme", "keep"), 200, 404)
					if left := h.left("acme"); len(left) > 0 {
						t.Errorf("left: %v", left)
					}
				})
			}
		}
	}
}

// twoTenants has acme, which has people and vectors, and its neighbour.
func twoTenants(h *harness) {
	h.do(post("acme"), 201)
	h.do(call{method: "POST", body: object{"tenantId": "acme2", "name": "N", "tier": "basic"}}, 201)
	for n := range 3 {
		h.people.All = append(h.people.All, fakeaws.Person{Name: fmt.Sprintf("p%d", n), Email: fmt.Sprintf("p%d@example.net", n), Tenant: "acme"})
	}
	h.people.All = append(h.people.All, fakeaws.Person{Name: "q", Email: "q@example.net", Tenant: "acme2"})
	h.people.Page = 2
	h.platform.Vectors["acme"], h.platform.Vectors["acme2"] = 5, 5
}

// Whichever call of an offboarding fails once: the same request goes on, nothing
// is left, the neighbour notices nothing, and the audit has one report.
func TestEachCallOfOffboardingFailsOnce(t *testing.T) {
	calls := callsOf(t, twoTenants, func(h *harness) { h.do(remove("acme", "keep"), 200) })
	for n, operation := range calls {
		for when, fault := range faults {
			t.Run(fmt.Sprintf("%d %s %s", n, operation, when), func(t *testing.T) {
				h := newHarness(t)
				twoTenants(h)
				h.failCall(n, fault)
				status, _ := h.send(remove("acme", "keep"))
				if lookedInVain := when == "after" && looks(operation); status < 400 && !(status == 200 && lookedInVain) {
					t.Errorf("status %d", status)
				}
				h.cloud.SetFault(nil)
				h.clock.Pass(2 * hold)
				switch last := operation == "DeleteItem" && strings.HasPrefix(when, "after"); {
				case status == 200 || last: // the item was deleted and only the answer was lost
					h.again(remove("acme", "keep"), 404)
				default:
					h.again(remove("acme", "keep"), 200)
				}
				if left := h.left("acme"); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
				agent, chats := h.agent("acme2")
				if lacks := h.incomplete("acme2", agent, false); !chats || len(lacks) > 0 || h.platform.Vectors["acme2"] != 5 || !slices.Contains(h.left("acme2"), "person") {
					t.Errorf("the neighbour lacks %v", lacks)
				}
				if items := dump(h.cloud.Items(contract.Audit.Name)); strings.Count(items, "offboard_tenant") != 1 || !strings.Contains(items, "API key") || !strings.Contains(items, "runtime flowops_dev_acme-") || !strings.Contains(items, "role flowops-dev-tenant-acme") {
					t.Errorf("audit: %s", items)
				}
				told := slices.ContainsFunc(h.cloud.Events, func(e fakeaws.Event) bool { return e.Type == contract.EventTenantOffboarded })
				if !told {
					t.Error("nobody was told")
				}
			})
		}
	}
}

// Whichever call of a change fails once: people chat on, with the old settings or
// the new ones and never with a mixture, and the same request finishes it.
func TestEachCallOfAChangeFailsOnce(t *testing.T) {
	body := object{"version": 1, "tier": "pro", "tools": []string{contract.ToolSearchKnowledgeBase}, "agentVersion": "latest"}
	prepare := func(h *harness) {
		h.do(post("acme"), 201)
		h.deploy(definition(), bundle2)
	}
	calls := callsOf(t, prepare, func(h *harness) { h.do(put("acme", body), 200) })
	for n, operation := range calls {
		for when, fault := range faults {
			t.Run(fmt.Sprintf("%d %s %s", n, operation, when), func(t *testing.T) {
				h := newHarness(t)
				prepare(h)
				h.failCall(n, fault)
				if status, _ := h.send(put("acme", body)); status < 400 && !(status == 200 && when == "after" && looks(operation)) {
					t.Errorf("status %d", status)
				}
				agent, chats := h.agent("acme")
				live := h.runtimes.All[0].Endpoints[contract.LiveAlias]
				if !chats || live.Live != "1" && live.Live != "2" {
					t.Errorf("chats %v with %s", chats, live.Live)
				}
				if old, new := agent.Tier == "basic" && len(enabled(agent.Tools)) == 5, agent.Tier == "pro" && len(enabled(agent.Tools)) == 1; !old && !new {
					t.Errorf("a mixture: %+v", agent)
				}
				h.clock.Pass(2 * hold)
				h.again(put("acme", body), 200)
				agent, chats = h.agent("acme")
				if lacks := h.incomplete("acme", agent, true); !chats || len(lacks) > 0 || agent.Version != 2 || agent.AgentVersion != "2" || agent.PreviousVersion != "1" || agent.Bundle != bundle2 {
					t.Errorf("lacks %v: %+v", lacks, agent)
				}
				if n := len(h.runtimes.All[0].Versions); n != 2 {
					t.Errorf("%d versions", n)
				}
			})
		}
	}
}
