package main

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func verify(tenant string) call {
	return call{method: "GET", id: tenant, query: map[string]string{"verify": "true"}}
}

// Each thing that is not as the configuration has it is in the report, and
// nothing is changed by looking.
func TestDrift(t *testing.T) {
	const role = "flowops-dev-tenant-acme"
	for name, tt := range map[string]struct {
		spoil func(*harness)
		want  []string
	}{
		"none":           {func(*harness) {}, nil},
		"no role":        {func(h *harness) { delete(h.roles.Roles, role) }, []string{"role"}},
		"no policy":      {func(h *harness) { h.roles.Policies[role] = nil }, []string{"role.policy"}},
		"another policy": {func(h *harness) { h.roles.Policies[role]["agent"] = `{"Statement":[{"Resource":"*"}]}` }, []string{"role.policy"}},
		"another trust and no boundary": {func(h *harness) {
			r := h.roles.Roles[role]
			r.AssumeRolePolicyDocument, r.PermissionsBoundary = aws.String("%7B%22a%22%3A1%7D"), nil
			h.roles.Roles[role] = r
		}, []string{"role.boundary", "role.trust"}},
		"no key":         {func(h *harness) { h.gateway.Keys = nil }, []string{"apiKey"}},
		"a sleeping key": {func(h *harness) { h.gateway.Keys[0].Enabled = false }, []string{"apiKey.enabled"}},
		"another plan": {func(h *harness) {
			h.gateway.Plans = map[string][]string{"plan-b": nil, "plan-p": {*h.gateway.Keys[0].Id}}
		}, []string{"apiKey.usagePlans"}},
		"no runtime":      {func(h *harness) { h.runtimes.All = nil }, []string{"runtime"}},
		"no endpoint":     {func(h *harness) { h.runtimes.All[0].Endpoints = map[string]*fakeaws.Endpoint{} }, []string{"endpoint"}},
		"another version": {func(h *harness) { h.runtimes.All[0].Endpoints["live"].Live = "7" }, []string{"endpoint.version"}},
		"an endpoint that failed": {func(h *harness) {
			h.runtimes.All[0].Endpoints["live"].Status = controltypes.AgentRuntimeEndpointStatusUpdateFailed
		}, []string{"endpoint.status"}},
		"other settings and another role": {func(h *harness) {
			v := &h.runtimes.All[0].Versions[0]
			v.EnvironmentVariables = map[string]string{"TENANT_ID": "globex", "MORE": "1", "FLOWOPS_ENV": "dev", "LOG_LEVEL": "INFO", "AWS_REGION": "us-east-1", "AGENT_DEFINITION_URI": v.EnvironmentVariables["AGENT_DEFINITION_URI"], "AGENT_OVERRIDES": v.EnvironmentVariables["AGENT_OVERRIDES"]}
			v.RoleArn = aws.String("arn:other")
		}, []string{"runtime.role", "runtime.environment.MORE", "runtime.environment.TENANT_ID"}},
		"in a VPC": {func(h *harness) {
			h.runtimes.All[0].Versions[0].NetworkConfiguration.NetworkModeConfig = &controltypes.VpcConfig{Subnets: []string{"s"}, SecurityGroups: []string{"g"}}
		}, []string{"runtime.subnets", "runtime.securityGroups"}},
		"a newer bundle": {func(h *harness) { h.deploy(definition(), bundle2) }, []string{"bundle"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			h.do(post("acme"), 201)
			tt.spoil(h)
			from := len(h.cloud.Calls())
			body := h.do(verify("acme"), 200)
			checked := body["checked"].(object)
			var got []string
			for _, d := range checked["drift"].([]any) {
				got = append(got, d.(object)["what"].(string))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("drift %v, want %v: %v", got, tt.want, checked)
			}
			if len(checked["unchecked"].([]any)) != 3 {
				t.Errorf("%v", checked)
			}
			for _, operation := range h.cloud.Calls()[from:] {
				if !looks(operation) && operation != "AssumeRole" {
					t.Errorf("%s", operation)
				}
			}
		})
	}
}

// Who may see what: operators every tenant, a tenant's admin her own, without
// what it is in AWS, and nobody else anything.
func TestWhoSeesWhat(t *testing.T) {
	h := newHarness(t)
	h.do(post("acme"), 201)
	h.do(call{method: "POST", body: object{"tenantId": "acme2", "name": "N", "tier": "basic"}}, 201)
	person := func(c call, tenant, groups string) call { c.tenant, c.groups = tenant, groups; return c }
	for name, tt := range map[string]struct {
		call   call
		status int
	}{
		"an operator":                     {get("acme"), 200},
		"an operator, nobody":             {get("nobody"), 404},
		"an operator, no tenant id":       {get("acme*"), 404},
		"her own":                         {person(get("acme"), "acme", "admin"), 200},
		"her own, verified":               {person(verify("acme"), "acme", "admin"), 403},
		"another's":                       {person(get("acme2"), "acme", "admin"), 404},
		"another's, longer":               {person(get("acme"), "acme2", "admin"), 404},
		"an agent":                        {person(get("acme"), "acme", "agent"), 403},
		"no group":                        {person(get("acme"), "acme", "none"), 403},
		"an operator with a tenant":       {person(get("acme"), "acme", "operator"), 403},
		"an admin who says operator":      {person(get("acme2"), "acme", "admin,operator"), 403},
		"an admin who says operator, own": {person(get("acme"), "acme", "admin,operator"), 403},
		"an admin onboards":               {person(post("acme"), "acme", "admin"), 403},
		"an admin changes":                {person(put("acme", object{"version": 1, "tier": "pro"}), "acme", "admin"), 403},
		"an admin offboards":              {person(remove("acme", "keep"), "acme", "admin"), 403},
		"an operator with a tenant at it": {person(remove("acme", "keep"), "acme", "operator"), 403},
		"verify says neither":             {call{method: "GET", id: "acme", query: map[string]string{"verify": "maybe"}}, 400},
		"verify of nobody":                {verify("nobody"), 404},
		"not verified":                    {call{method: "GET", id: "acme", query: map[string]string{"verify": "false"}}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			body := h.do(tt.call, tt.status)
			if tt.status == 200 && (body["tenantId"] != "acme" || body["apiKey"] != nil || body["checked"] != nil || body["state"] != contract.AgentReady) {
				t.Errorf("%v", body)
			}
		})
	}
	for _, id := range []string{"acme", "acme2"} {
		if agent, chats := h.agent(id); !chats || agent.Version != 1 {
			t.Errorf("%s was changed", id)
		}
	}
}
