package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/cors"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

const (
	accountARN = "arn:aws:iam::111111111111"
	boundary   = accountARN + ":policy/flowops/tenants/flowops-dev-tenant-boundary"
	bundle1    = "bundles/one/agent.zip"
	bundle2    = "bundles/two/agent.zip"
	adminAt    = "jane@example.com"
)

// harness is the function against an account in memory.
type harness struct {
	t        testing.TB
	cloud    *fakeaws.Cloud
	roles    *fakeaws.Roles
	runtimes *fakeaws.Runtimes
	gateway  *fakeaws.Gateway
	people   *fakeaws.People
	platform *fakeaws.Platform
	machine  *fakeaws.Executions
	scopes   *tenant.Scopes
	h        handler
	api      *rest.API
	log      *handlertest.Buffer
	mu       sync.Mutex
	clock    *handlertest.Clock
	slept    time.Duration
}

func (h *harness) sleep(ctx context.Context, d time.Duration) error {
	h.clock.Pass(d)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slept += d
	return ctx.Err()
}

func definition() contract.AgentDefinition {
	tools, err := contract.Tools()
	if err != nil {
		panic(err)
	}
	return contract.AgentDefinition{
		SchemaVersion: contract.AgentDefinitionVersion, Tools: tools,
		Guardrail: contract.AgentGuardrail{ID: "guardrail", Version: "3"},
		Runtime: contract.AgentRuntime{
			NamePrefix: "flowops_dev_", LogRetentionDays: 14, LogKeyARN: "arn:aws:kms:us-east-1:111111111111:key/1", Tags: map[string]string{"Project": "flowops", "Environment": "dev"},
		},
		Role: contract.AgentRole{
			NamePrefix: "flowops-dev-tenant-", Path: contract.TenantRolePath,
			Trust: json.RawMessage(`{"Statement":[{"Action":"sts:AssumeRole"}]}`), Policy: json.RawMessage(`{"Statement":[{"Resource":"a/b c"}]}`),
		},
	}
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	h := &harness{t: t, log: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Millisecond)}
	h.cloud = fakeaws.New(h.clock.Now)
	h.roles = fakeaws.NewRoles(h.cloud, accountARN, boundary, "flowops-dev-tenant-")
	h.runtimes = &fakeaws.Runtimes{C: h.cloud, ARN: "arn:aws:bedrock-agentcore:us-east-1:111111111111", Slow: 1}
	h.gateway = &fakeaws.Gateway{C: h.cloud, Plans: map[string][]string{"plan-b": nil, "plan-p": nil}}
	h.people = &fakeaws.People{C: h.cloud, Pool: "pool"}
	h.platform = &fakeaws.Platform{
		C: h.cloud, Function: "search-admin:live", Search: map[string]string{}, Vectors: map[string]int{}, LogGroups: map[string]fakeaws.LogGroup{},
		Parameters: map[string]string{"/flowops/dev/api/usage-plans": `{"basic":"plan-b","pro":"plan-p"}`}, Objects: map[string]string{},
	}
	h.machine = &fakeaws.Executions{C: h.cloud, ARN: "arn:aws:states:us-east-1:111111111111:stateMachine:flowops-dev-erasure", All: map[string]*fakeaws.Execution{}}
	h.deploy(definition(), bundle1)
	return h
}

// deploy publishes a definition and a bundle.
func (h *harness) deploy(d contract.AgentDefinition, bundle string) {
	h.t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		h.t.Fatal(err)
	}
	h.platform.Objects["agents/definitions/v1/agent.json"] = string(text)
	h.scopes = tenant.NewScopes(tenant.Options{
		STS: h.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: accountARN + ":role/r", Function: contract.AgentProvisioner, Clients: h.cloud.Clients(), Now: h.clock.Now,
	})
	h.h = handler{
		log:     telemetry.NewLogger(h.log, contract.AgentProvisioner.Name, "dev", slog.LevelDebug),
		metrics: telemetry.NewMetrics(h.log, contract.MetricNamespace, contract.AgentProvisioner.Name, "dev", slog.LevelError),
		origins: cors.Parse(handlertest.Origin), now: h.clock.Now, sleep: h.sleep, scopes: h.scopes, bus: bus.Bus{Client: h.cloud, Name: "bus"},
		aws: clients{
			roles: h.roles, runtimes: h.runtimes, keys: h.gateway, people: h.people,
			logs: h.platform, functions: h.platform, parameters: h.platform, objects: h.platform, machines: h.machine,
		},
		settings: settings{
			environment: "dev", logLevel: "INFO", region: "us-east-1", boundaryARN: boundary, bucket: "agents", bundleKey: bundle, definition: "definitions/v1/agent.json",
			searchFunction: "search-admin:live", userPool: "pool", parameters: "/flowops/dev", agents: contract.Agents.Name, audit: contract.Audit.Name,
			dataMachine: h.machine.ARN,
		},
	}
	h.api, err = h.h.api()
	if err != nil {
		h.t.Fatal(err)
	}
}

// call is a request. Its zero value is of an operator.
type call struct {
	tenant, groups string // the claims; groups are "operator" where both are empty
	method         string
	id             string // path parameter
	query          map[string]string
	body           any
}

func (c call) event() events.APIGatewayProxyRequest {
	if c.groups == "" {
		c.groups = "operator"
	}
	claims := map[string]any{"sub": "person-of-" + c.tenant, "cognito:groups": c.groups, "token_use": "id", "email": "someone@example.org"}
	if c.tenant != "" {
		claims["custom:tenant_id"] = c.tenant
	}
	event := events.APIGatewayProxyRequest{
		HTTPMethod: c.method, Resource: "/agents/{tenantId}", PathParameters: map[string]string{"tenantId": c.id}, QueryStringParameters: c.query,
		Headers:        map[string]string{"Origin": handlertest.Origin, "Content-Type": "application/json"},
		RequestContext: events.APIGatewayProxyRequestContext{RequestID: "request-1", Authorizer: map[string]any{"claims": claims}},
	}
	if c.method == "POST" {
		event.Resource, event.PathParameters = "/agents", nil
	}
	if c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			panic(err)
		}
		event.Body = string(text)
	}
	return event
}

type object = map[string]any

func wishOf(tenant string) object {
	return object{"tenantId": tenant, "name": "Agent of " + tenant, "tier": "basic", "adminEmail": adminAt}
}

func post(tenant string) call { return call{method: "POST", body: wishOf(tenant)} }

func put(tenant string, body object) call { return call{method: "PUT", id: tenant, body: body} }

func get(tenant string) call { return call{method: "GET", id: tenant} }

func remove(tenant, data string) call {
	return call{method: "DELETE", id: tenant, query: map[string]string{"data": data}}
}

// send sends a request, and checks what is true of every answer.
func (h *harness) send(c call) (int, object) {
	h.t.Helper()
	response, err := h.api.Handle(context.Background(), c.event())
	if err != nil {
		h.t.Fatal(err)
	}
	if response.Headers["Access-Control-Allow-Origin"] != handlertest.Origin || response.Headers["Cache-Control"] != "no-store" {
		h.t.Errorf("headers %v", response.Headers)
	}
	if (response.StatusCode == 202 || response.StatusCode == 503) && response.Headers["Retry-After"] == "" && !strings.Contains(response.Body, contract.AgentErasing) {
		h.t.Errorf("%d does not say when to come again", response.StatusCode)
	}
	handlertest.OpenAPI(h.t).Check(h.t, c.method, c.event().Resource, response)
	body := object{}
	if err := json.Unmarshal([]byte(response.Body), &body); err != nil {
		h.t.Fatalf("%v: %s", err, response.Body)
	}
	for _, secret := range []string{adminAt, "value-of-", "someone@example.org"} {
		if strings.Contains(h.log.String(), secret) {
			h.t.Errorf("the log holds %s", secret)
		}
		for _, table := range contract.Tables() {
			if strings.Contains(dump(h.cloud.Items(table.Name)), secret) {
				h.t.Errorf("%s holds %s", table.Name, secret)
			}
		}
	}
	return response.StatusCode, body
}

func dump(items []fakeaws.Item) string {
	text, err := json.Marshal(items)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// do sends a request that must be answered with a status.
func (h *harness) do(c call, want int) object {
	h.t.Helper()
	status, body := h.send(c)
	if status != want {
		h.t.Fatalf("%s %s: status %d, want %d: %v\n%s", c.method, c.id, status, want, body, h.log)
	}
	return body
}

// again sends a request until it is answered with one of the statuses, as an
// operator would.
func (h *harness) again(c call, want ...int) object {
	h.t.Helper()
	for range 6 {
		status, body := h.send(c)
		if slices.Contains(want, status) {
			return body
		}
		h.clock.Pass(2 * hold)
	}
	h.t.Fatalf("%s %s never ended in %v\n%s", c.method, c.id, want, h.log)
	return nil
}

// identity is somebody of the tenant, as another function sees them.
func (h *harness) scope(id string) tenant.Scope {
	h.t.Helper()
	identity, err := tenant.FromHandover(contract.ChatHandover{TenantID: id, Subject: "s"})
	if err != nil {
		h.t.Fatal(err)
	}
	scope, err := h.scopes.Scope(context.Background(), identity)
	if err != nil {
		h.t.Fatal(err)
	}
	return scope
}

// agent is the tenant's agent as the functions see it that chat with it.
func (h *harness) agent(id string) (contract.AgentConfiguration, bool) {
	h.t.Helper()
	h.cloud.SetFault(nil)
	agent, err := store.NewAgentCache(contract.Agents.Name, h.clock.Now).Get(context.Background(), h.scope(id))
	return agent, err == nil
}

// incomplete is what a tenant that people can chat with lacks.
func (h *harness) incomplete(id string, agent contract.AgentConfiguration, admin bool) (lacks []string) {
	lack := func(ok bool, what string) {
		if !ok {
			lacks = append(lacks, what)
		}
	}
	name := "flowops-dev-tenant-" + id
	_, ok := h.roles.Roles[name]
	lack(ok && h.roles.Policies[name]["agent"] != "", "role")
	lack(h.platform.Search[id] == accountARN+":role/flowops/tenants/"+name, "search")
	var runtimes []*fakeaws.Runtime
	for _, r := range h.runtimes.All {
		if r.Name == contract.RuntimeName("flowops_dev_", id) {
			runtimes = append(runtimes, r)
		}
	}
	if lack(len(runtimes) == 1, fmt.Sprintf("%d runtimes", len(runtimes))); len(runtimes) == 1 {
		r := runtimes[0]
		lack(agent.AgentARN == "arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/"+r.ID && r.Status == controltypes.AgentRuntimeStatusReady, "runtime")
		e := r.Endpoints[contract.LiveAlias]
		lack(e != nil && e.Status == controltypes.AgentRuntimeEndpointStatusReady && e.Live == agent.AgentVersion && agent.AgentAliasID == contract.LiveAlias, "endpoint")
		if version, err := strconv.Atoi(agent.AgentVersion); err == nil && version <= len(r.Versions) {
			code := r.Versions[version-1].AgentRuntimeArtifact.(*controltypes.AgentRuntimeArtifactMemberCodeConfiguration).Value
			lack(*code.Code.(*controltypes.CodeMemberS3).Value.Prefix == agent.Bundle && code.EntryPoint[0] == "agent.js", "bundle")
		}
		for _, group := range []string{"-live", "-DEFAULT"} {
			lack(h.platform.LogGroups["/aws/bedrock-agentcore/runtimes/"+r.ID+group] == fakeaws.LogGroup{Key: "arn:aws:kms:us-east-1:111111111111:key/1", Days: 14}, "log group "+group)
		}
	}
	keys := 0
	for _, k := range h.gateway.Keys {
		if aws.ToString(k.Name) == name {
			keys++
			lack(*k.Id == agent.APIKeyID && k.Enabled, "key of the item")
		}
	}
	lack(keys == 1, fmt.Sprintf("%d keys", keys))
	plan := map[string]string{"basic": "plan-b", "pro": "plan-p"}[agent.Tier]
	lack(slices.Contains(h.gateway.Plans[plan], agent.APIKeyID), "usage plan")
	if admin {
		lack(slices.ContainsFunc(h.people.All, func(p fakeaws.Person) bool {
			return p.Tenant == id && p.Email == adminAt && slices.Equal(p.Groups, []string{"admin"})
		}), "administrator")
		lack(h.people.Invited == 1, fmt.Sprintf("%d invitations", h.people.Invited))
	}
	return lacks
}

// halfMade fails where people can chat with a tenant that is not complete.
func (h *harness) halfMade(id, when string) bool {
	h.t.Helper()
	agent, chats := h.agent(id)
	if lacks := h.incomplete(id, agent, true); chats && len(lacks) > 0 {
		h.t.Errorf("%s: people can chat, and it lacks %v", when, lacks)
	}
	return chats
}

// left is what there is of a tenant, but for its audit.
func (h *harness) left(id string) (left []string) {
	name := "flowops-dev-tenant-" + id
	if _, ok := h.roles.Roles[name]; ok {
		left = append(left, "role")
	}
	if len(h.roles.Policies[name]) > 0 {
		left = append(left, "policy")
	}
	ids := contract.RuntimeName("flowops_dev_", id)
	for _, r := range h.runtimes.All {
		if r.Name == ids {
			left = append(left, "runtime")
		}
	}
	for group := range h.platform.LogGroups {
		if strings.HasPrefix(group, contract.RuntimeLogGroupPrefix+ids+"-") {
			left = append(left, group)
		}
	}
	for _, k := range h.gateway.Keys {
		if aws.ToString(k.Name) == name {
			left = append(left, "key")
		}
	}
	for _, p := range h.people.All {
		if p.Tenant == id {
			left = append(left, "person")
		}
	}
	if _, ok := h.platform.Search[id]; ok || h.platform.Vectors[id] > 0 {
		left = append(left, "search")
	}
	if strings.Contains(dump(h.cloud.Items(contract.Agents.Name)), `"TENANT#`+id+`"`) {
		left = append(left, "item")
	}
	return left
}

type fakeawsKey = gatewaytypes.ApiKey
