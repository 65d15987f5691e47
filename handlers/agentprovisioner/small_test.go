package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

func TestListed(t *testing.T) {
	if listed("none") != nil || !slices.Equal(listed("a,b"), []string{"a", "b"}) {
		t.Error(listed("none"), listed("a,b"))
	}
}

// The times fit each other: whoever holds a tenant has ended long before another
// one may begin, and has answered before API Gateway gives up.
func TestTimes(t *testing.T) {
	if budget+wrapUp >= 29*time.Second || budget+wrapUp >= hold || poll >= budget {
		t.Errorf("budget %v, wrap-up %v, hold %v, poll %v", budget, wrapUp, hold, poll)
	}
}

// A route that took a key would let nobody in.
func TestNoKeys(t *testing.T) {
	h := newHarness(t)
	if id, err := (noKeys{}).KeyID(context.Background(), h.scope("acme")); id != "" || !errors.Is(err, store.ErrNotFound) {
		t.Error(id, err)
	}
}

// An endpoint that could not be made goes, and the next request makes it.
func TestFailedEndpoint(t *testing.T) {
	h := newHarness(t)
	h.cloud.SetFault(func(o string) error {
		if o == "AdminCreateUser" {
			return errDown
		}
		return nil
	})
	h.do(post("acme"), 503)
	h.cloud.SetFault(nil)
	e := h.runtimes.All[0].Endpoints[contract.LiveAlias]
	e.Status = controltypes.AgentRuntimeEndpointStatusCreateFailed
	h.clock.Pass(2 * hold)
	if body := h.do(post("acme"), 502); !strings.Contains(body["detail"].(string), `"endpoint"`) {
		t.Errorf("%v", body)
	}
	if h.halfMade("acme", "after the failure") {
		t.Error("people can chat")
	}
	h.again(post("acme"), 201)
	if agent, chats := h.agent("acme"); !chats || len(h.incomplete("acme", agent, true)) > 0 {
		t.Errorf("lacks %v", h.incomplete("acme", agent, true))
	}
}

// A runtime under the tenant's name that is not the tenant's is left alone.
func TestAnothersRuntime(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.do(call{method: "POST", body: object{"tenantId": "acme2", "name": "N", "tier": "basic"}}, 201)
	for _, r := range h.runtimes.All {
		r.Versions[0].EnvironmentVariables = map[string]string{contract.AgentEnvTenant: "globex"}
	}
	from := len(h.cloud.Calls())
	h.do(post("acme"), 502)
	if calls := h.cloud.Calls()[from:]; slices.Contains(calls, "UpdateAgentRuntime") || slices.Contains(calls, "UpdateAgentRuntimeEndpoint") {
		t.Errorf("%v", calls)
	}
}

// What a definition or a parameter lacks is an error that names no secret, and
// nothing is made.
func TestBrokenPlatform(t *testing.T) {
	for name, spoil := range map[string]func(*harness){
		"no definition": func(h *harness) { h.platform.Objects = map[string]string{} },
		"no JSON":       func(h *harness) { h.platform.Objects["agents/definitions/v1/agent.json"] = "{" },
		"a long one": func(h *harness) {
			h.platform.Objects["agents/definitions/v1/agent.json"] = strings.Repeat(" ", maxDefinition+1)
		},
		"no usage plans":   func(h *harness) { h.platform.Parameters = map[string]string{"/flowops/dev/api/usage-plans": "{}"} },
		"plans of no JSON": func(h *harness) { h.platform.Parameters = map[string]string{"/flowops/dev/api/usage-plans": "x"} },
		"no parameter":     func(h *harness) { h.platform.Parameters = nil },
	} {
		h := newHarness(t)
		spoil(h)
		if status, _ := h.send(post("acme")); status < 500 || len(h.left("acme")) > 0 {
			t.Errorf("%s: %d, %v", name, status, h.left("acme"))
		}
	}
}

// Of an onboarding that is cut off nothing counts, and it goes on later.
func TestOnboardCutOff(t *testing.T) {
	h := newHarness(t)
	ctx, cancel := context.WithCancel(context.Background())
	h.cloud.SetFault(func(o string) error {
		if o == "CreateAgentRuntime" {
			cancel()
			return context.Canceled
		}
		return nil
	})
	response, err := h.api.Handle(ctx, post("acme").event())
	if err != nil || response.StatusCode != 202 || !strings.Contains(response.Body, `"step":"runtime"`) {
		t.Errorf("%v, %d: %s", err, response.StatusCode, response.Body)
	}
	h.halfMade("acme", "cut off")
	h.do(post("acme"), 201) // at once: it was released
}

// What was just made is not always seen at once: it is not made twice.
func TestOnboardWhatIsNotSeenYet(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	unseen := map[string][]error{
		"GetRole":                 {&iamtypes.NoSuchEntityException{}},
		"GetAgentRuntimeEndpoint": {&controltypes.ResourceNotFoundException{}},
		"AdminGetUser":            {&cognitotypes.UserNotFoundException{}, &cognitotypes.UserNotFoundException{}},
		"GetAgentRuntime":         {&controltypes.ResourceNotFoundException{}},
	}
	h.cloud.SetFault(func(o string) error {
		if len(unseen[o]) == 0 {
			return nil
		}
		err := unseen[o][0]
		unseen[o] = unseen[o][1:]
		return err
	})
	h.do(post("acme"), 200)
	if agent, chats := h.agent("acme"); !chats || len(h.incomplete("acme", agent, true)) > 0 {
		t.Errorf("lacks %v", h.incomplete("acme", agent, true))
	}
	for _, operation := range []string{"CreateRole", "CreateAgentRuntimeEndpoint", "AdminCreateUser"} {
		if n := count(h.cloud.Calls(), operation); n != 2 {
			t.Errorf("%s: %d calls", operation, n)
		}
	}
}

// Keys that nobody knows of any more are the tenant's all the same.
func TestOffboardRemovesEveryKey(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	for _, id := range []string{"key900000", "key900001"} {
		key := h.gateway.Keys[0]
		key.Id = &id
		h.gateway.Keys = append(h.gateway.Keys, key)
	}
	h.people.All = []fakeaws.Person{{Name: "1", Tenant: ""}}
	h.do(remove("acme", "keep"), 200)
	if left := h.left("acme"); len(left) > 0 || len(h.gateway.Keys) > 0 || len(h.people.All) != 1 {
		t.Errorf("left %v, keys %v, people %v", left, h.gateway.Keys, h.people.All)
	}
}
