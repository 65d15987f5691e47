package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

var errDown = fakeaws.Down()

func TestOffboard(t *testing.T) {
	h := newHarness(t)
	twoTenants(h)
	h.do(put("acme", object{"version": 1, "tools": []string{}}), 200)
	id := h.runtimes.All[0].ID
	want := object{
		"tenantId": "acme", "state": "", "data": "keep", "people": 4.0, "vectors": 5.0,
		"left": []any{"tickets", "conversations", "metadata", "connections", "documents", "audit", "backups"},
		"removed": []any{
			"agent configuration", "API key " + *h.gateway.Keys[0].Id, "runtime " + id, "endpoint live of " + id, "search alias flowops-vectors-acme", "role flowops-dev-tenant-acme",
			"log group /aws/bedrock-agentcore/runtimes/" + id + "-live", "log group /aws/bedrock-agentcore/runtimes/" + id + "-DEFAULT",
		},
	}
	if d := cmp.Diff(want, h.do(remove("acme", "keep"), 200)); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
	if left := h.left("acme"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	items := dump(h.cloud.Items(contract.Audit.Name))
	for _, word := range []string{"offboard_tenant", "person-of-", `flowops_dev_acme-`, "3-outcome", "TENANT#acme"} {
		if !strings.Contains(items, word) {
			t.Errorf("the audit lacks %s: %s", word, items)
		}
	}
	if last := h.cloud.Events[len(h.cloud.Events)-1]; last.Type != contract.EventTenantOffboarded || last.Detail != `{"tenantId":"acme","tier":"basic","data":"keep"}` {
		t.Errorf("event %v", last)
	}
	h.do(get("acme"), 404)
	h.do(remove("acme", "keep"), 404) // there is nothing any more
	if n := len(h.cloud.Items(contract.Audit.Name)); n != 1 {
		t.Errorf("%d audit items", n)
	}
	h.do(call{method: "POST", body: object{"tenantId": "acme", "name": "Back", "tier": "pro"}}, 201)
}

func TestOffboardNobody(t *testing.T) {
	h := newHarness(t)
	h.do(remove("nobody", "keep"), 404)
	if left := h.left("nobody"); len(left) > 0 || len(h.cloud.Items(contract.Audit.Name)) > 0 || len(h.cloud.Events) > 0 {
		t.Errorf("left: %v, %v, %v", left, h.cloud.Items(contract.Audit.Name), h.cloud.Events)
	}
}

// What there is of a tenant without an item is found and removed.
func TestOffboardOrphans(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.cloud.Forget(contract.Agents.Name, "acme")
	if _, chats := h.agent("acme"); chats {
		t.Fatal("it has an item")
	}
	h.cloud.SetFault(func(operation string) error {
		if operation == "DeleteRole" {
			return errors.New("out of reach")
		}
		return nil
	})
	h.do(call{method: "DELETE", id: "acme"}, 502) // keep is what it does unasked
	if body := h.do(get("acme"), 200); body["state"] != contract.AgentOffboarding || body["step"] != "role" {
		t.Errorf("shown as %v", body)
	}
	h.cloud.SetFault(nil)
	h.again(call{method: "DELETE", id: "acme"}, 200)
	if left := h.left("acme"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// From the first moment nobody can chat, and while it takes long nobody can
// onboard the tenant.
func TestOffboardTakesSeveralRequests(t *testing.T) {
	h := newHarness(t)
	twoTenants(h)
	for n := range 130 {
		h.people.All = append(h.people.All, fakeaws.Person{Name: fmt.Sprintf("x%03d", n), Email: fmt.Sprintf("x%d@example.net", n), Tenant: []string{"acme", "acme2"}[n%2]})
	}
	h.runtimes.Slow = 16
	people := 0.0
	for n := 0; ; n++ {
		status, body := h.send(remove("acme", "keep"))
		if status == 200 {
			people = body["people"].(float64)
			break
		}
		if status != 202 || body["state"] != contract.AgentOffboarding || body["step"] != "runtime" || n > 6 {
			t.Fatalf("%d: %d %v", n, status, body)
		}
		if _, chats := h.agent("acme"); chats {
			t.Error("people can chat")
		}
		h.do(post("acme"), 409)
		h.do(put("acme", object{"version": 1, "tier": "pro"}), 409)
	}
	if left := h.left("acme"); len(left) > 0 || people != 69 {
		t.Errorf("left: %v; %v people", left, people)
	}
	others := 0
	for _, p := range h.people.All {
		if p.Tenant == "acme2" && !p.SignedOut {
			others++
		}
	}
	if others != 66 {
		t.Errorf("%d of the neighbour's people", others)
	}
}

// A tenant that was never finished is removed as well.
func TestOffboardHalfATenant(t *testing.T) {
	for _, operation := range []string{"Invoke", "CreateApiKey", "CreateUsagePlanKey", "CreateAgentRuntime", "CreateLogGroup", "CreateAgentRuntimeEndpoint", "AdminAddUserToGroup", "PutEvents"} {
		h := newHarness(t)
		h.cloud.SetFault(func(o string) error {
			if o == operation {
				return fakeaws.AfterError{Err: errDown}
			}
			return nil
		})
		h.send(post("acme"))
		h.cloud.SetFault(nil)
		h.clock.Pass(2 * hold)
		h.again(remove("acme", "keep"), 200)
		if left := h.left("acme"); len(left) > 0 {
			t.Errorf("%s: left %v", operation, left)
		}
	}
}
