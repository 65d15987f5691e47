package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

// operation is the audit id of the tenant's offboarding.
func (h *harness) operation(id string) string {
	h.t.Helper()
	return h.stored(id).Operation
}

func (h *harness) stored(id string) store.AgentRecord {
	h.t.Helper()
	agents, err := store.NewAgents(h.scope(id), contract.Agents.Name, h.clock.Now)
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := agents.Record(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// executions are the names of all executions and what became of them, sorted.
func (h *harness) executions() (all []string) {
	for name, e := range h.machine.All {
		all = append(all, name+" "+string(e.Status))
	}
	slices.Sort(all)
	return all
}

func TestOffboardData(t *testing.T) {
	for _, data := range []string{contract.DataErase, contract.DataExport} {
		t.Run(data, func(t *testing.T) {
			h := newHarness(t)
			twoTenants(h)
			h.do(remove("acme", "burn"), 400)
			if agent, chats := h.agent("acme"); !chats || len(h.incomplete("acme", agent, true)) > 0 {
				t.Error("something was removed")
			}
			body := h.do(remove("acme", data), 202)
			first := h.operation("acme") + "-1"
			if d := cmp.Diff(map[string]*fakeaws.Execution{first: {
				Input: fmt.Sprintf(`{"tenantId":"acme","operation":%q,"data":%q}`, h.operation("acme"), data), Status: sfntypes.ExecutionStatusRunning,
			}}, h.machine.All); d != "" {
				t.Errorf("executions (-want +got):\n%s", d)
			}
			for range 2 { // and again while it runs
				if body["state"] != contract.AgentErasing || body["step"] != "settle" || body["data"] != data || len(body["left"].([]any)) != 7 || body["vectors"] != 5.0 || body["export"] != nil {
					t.Errorf("%v", body)
				}
				body = h.do(remove("acme", data), 202)
			}
			if left := h.left("acme"); !slices.Equal(left, []string{"item"}) {
				t.Errorf("left: %v", left)
			}
			if _, chats := h.agent("acme"); chats {
				t.Error("people can chat")
			}
			// The id is nobody's, and another thing can't be done with the data.
			h.do(post("acme"), 409)
			h.do(put("acme", object{"version": 1, "tier": "pro"}), 409)
			for _, other := range []string{contract.DataKeep, contract.DataErase, contract.DataExport} {
				if other != data {
					h.do(remove("acme", other), 409)
				}
			}
			if body := h.do(get("acme"), 200); body["state"] != contract.AgentErasing || body["step"] != "settle" || body["apiKeyId"] != "" || body["agentArn"] != "" || body["name"] != "" {
				t.Errorf("%v", body)
			}
			// The end is the machine's: neither report nor event come from here.
			if len(h.executions()) != 1 || len(h.cloud.Items(contract.Audit.Name)) > 0 || slices.ContainsFunc(h.cloud.Events, func(e fakeaws.Event) bool { return e.Type == contract.EventTenantOffboarded }) {
				t.Errorf("%v, %v, %v", h.executions(), h.cloud.Items(contract.Audit.Name), h.cloud.Events)
			}
			if r := h.stored("acme"); r.By != "person-of-" || r.Tier != "basic" || r.Holder != "" || r.Report.People != 4 {
				t.Errorf("record %+v", r)
			}
		})
	}
}

// An attempt that failed is followed by the next, and one that ended by nothing.
func TestOffboardDataAttempts(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.do(remove("acme", "export"), 202)
	operation := h.operation("acme")
	var want []string
	for n, status := range []sfntypes.ExecutionStatus{sfntypes.ExecutionStatusFailed, sfntypes.ExecutionStatusTimedOut, sfntypes.ExecutionStatusAborted} {
		name := fmt.Sprintf("%s-%d", operation, n+1)
		h.machine.All[name].Status = status
		want = append(want, name+" "+string(status))
		if body := h.do(remove("acme", "export"), 202); body["step"] != "settle" || body["reason"] != nil {
			t.Errorf("%v", body)
		}
		h.do(remove("acme", "export"), 202)
		if got := h.executions(); !slices.Equal(got, append(slices.Clone(want), fmt.Sprintf("%s-%d RUNNING", operation, n+2))) {
			t.Fatalf("executions %v", got)
		}
	}
	h.machine.All[operation+"-4"].Status = sfntypes.ExecutionStatusPendingRedrive
	h.do(remove("acme", "export"), 202)
	// It ends between the look at the record and the look at the execution.
	h.machine.All[operation+"-4"].Status = sfntypes.ExecutionStatusSucceeded
	h.by(ending{h.machine, func() { h.cloud.Forget(contract.Agents.Name, "acme") }})
	h.do(remove("acme", "export"), 404)
	h.do(get("acme"), 404)
	if n := len(h.machine.All); n != 4 {
		t.Errorf("%d executions", n)
	}
	h.do(post("acme"), 201)
}

// ending is a machine that does its last step right after it was looked at.
type ending struct {
	*fakeaws.Executions
	end func()
}

func (e ending) DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, o ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	defer e.end()
	return e.Executions.DescribeExecution(ctx, in, o...)
}

// An erasure of what no execution was ever started for is started.
func TestOffboardDataOfBefore(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.do(remove("acme", "erase"), 202)
	clear(h.machine.All) // executions are forgotten after 90 days
	h.do(remove("acme", "erase"), 202)
	if got := h.executions(); len(got) != 1 || !strings.HasSuffix(got[0], "-1 RUNNING") {
		t.Errorf("executions %v", got)
	}
}

// What an offboarding left with data=keep can be erased later, though nothing
// here tells of it.
func TestOffboardDataThatWasKept(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.do(remove("acme", "keep"), 200)
	body := h.do(remove("acme", "erase"), 202)
	if got := h.executions(); body["state"] != contract.AgentErasing || len(got) != 1 {
		t.Errorf("%v, executions %v", body, got)
	}
}

// Whichever call of an offboarding with its data fails once: the same request goes
// on, one execution runs, and the neighbour notices nothing.
func TestEachCallOfOffboardingWithDataFailsOnce(t *testing.T) {
	calls := callsOf(t, twoTenants, func(h *harness) { h.do(remove("acme", "export"), 202) })
	for n, operation := range calls {
		for when, fault := range faults {
			t.Run(fmt.Sprintf("%d %s %s", n, operation, when), func(t *testing.T) {
				h := newHarness(t)
				twoTenants(h)
				h.failCall(n, fault)
				if status, _ := h.send(remove("acme", "export")); status == 200 || status == 404 {
					t.Errorf("status %d", status)
				}
				h.cloud.SetFault(nil)
				h.clock.Pass(2 * hold)
				body := h.again(remove("acme", "export"), 202)
				if body["state"] != contract.AgentErasing || body["step"] != "settle" {
					t.Errorf("%v", body)
				}
				if left := h.left("acme"); !slices.Equal(left, []string{"item"}) {
					t.Errorf("left: %v", left)
				}
				if got := h.executions(); len(got) != 1 || got[0] != h.operation("acme")+"-1 RUNNING" {
					t.Errorf("executions %v", got)
				}
				agent, chats := h.agent("acme2")
				if lacks := h.incomplete("acme2", agent, false); !chats || len(lacks) > 0 || h.platform.Vectors["acme2"] != 5 {
					t.Errorf("the neighbour lacks %v", lacks)
				}
				if r := h.stored("acme"); len(r.Report.Removed) < 6 {
					t.Errorf("report %+v", r.Report)
				}
			})
		}
	}
}

// Whichever call of a next attempt fails once: one attempt more is started, and
// none twice.
func TestEachCallOfANextAttemptFailsOnce(t *testing.T) {
	failed := func(h *harness) {
		h.do(post("acme"), 201)
		h.do(remove("acme", "erase"), 202)
		h.machine.All[h.operation("acme")+"-1"].Status = sfntypes.ExecutionStatusFailed
	}
	h := newHarness(t)
	failed(h)
	from := len(h.cloud.Calls())
	h.do(remove("acme", "erase"), 202)
	calls := h.cloud.Calls()[from:]
	for n, operation := range calls {
		for when, fault := range faults {
			t.Run(fmt.Sprintf("%d %s %s", n, operation, when), func(t *testing.T) {
				h := newHarness(t)
				failed(h)
				h.failCall(n, fault)
				h.send(remove("acme", "erase"))
				h.cloud.SetFault(nil)
				h.clock.Pass(2 * hold)
				h.again(remove("acme", "erase"), 202)
				if got := h.executions(); len(got) != 2 || !strings.HasSuffix(got[1], "-2 RUNNING") || h.stored("acme").Attempt != 2 {
					t.Errorf("executions %v", got)
				}
			})
		}
	}
}

// starting is a machine of which something is known before it starts.
type starting struct {
	*fakeaws.Executions
	before func()
}

func (s starting) StartExecution(ctx context.Context, in *sfn.StartExecutionInput, o ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	s.before()
	return s.Executions.StartExecution(ctx, in, o...)
}

// by has the function start executions of the machine.
func (h *harness) by(m machines) {
	h.t.Helper()
	h.h.aws.machines = m
	api, err := h.h.api()
	if err != nil {
		h.t.Fatal(err)
	}
	h.api = api
}

// The machine starts with a record that lets it work, and a start that another
// request was faster with is none that failed.
func TestOffboardDataStarts(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	started := 0
	h.by(starting{h.machine, func() {
		started++
		if r := h.stored("acme"); r.State != contract.AgentErasing || r.Operation == "" || r.Report == nil {
			t.Errorf("it starts with %+v", r)
		}
	}})
	h.do(remove("acme", "erase"), 202)
	if started != 1 {
		t.Errorf("started %d times", started)
	}
	name := h.operation("acme") + "-1"
	clear(h.machine.All)
	h.by(starting{h.machine, func() { h.machine.All[name] = &fakeaws.Execution{Status: sfntypes.ExecutionStatusFailed} }})
	h.do(remove("acme", "erase"), 202)
	h.by(h.machine)
	h.do(remove("acme", "erase"), 202)
	if got := h.executions(); len(got) != 2 || !strings.HasSuffix(got[1], "-2 RUNNING") {
		t.Errorf("executions %v", got)
	}
}
