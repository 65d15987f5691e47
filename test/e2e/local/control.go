package local

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/flowops/flowops/contract"
)

// The APIs by which tenants are onboarded and offboarded.

// runtimes are AgentCore's operations on what path parts name, by method.
var runtimes = map[string]map[string]string{
	"":          {http.MethodPut: "CreateAgentRuntime", http.MethodPost: "ListAgentRuntimes"},
	"id":        {http.MethodGet: "GetAgentRuntime", http.MethodPut: "UpdateAgentRuntime", http.MethodDelete: "DeleteAgentRuntime"},
	"versions":  {http.MethodPost: "ListAgentRuntimeVersions"},
	"endpoints": {http.MethodPut: "CreateAgentRuntimeEndpoint", http.MethodPost: "ListAgentRuntimeEndpoints"},
	"endpoint":  {http.MethodGet: "GetAgentRuntimeEndpoint", http.MethodPut: "UpdateAgentRuntimeEndpoint", http.MethodDelete: "DeleteAgentRuntimeEndpoint"},
}

func (p parser) agentCoreControl() (string, []Action) {
	parts := strings.FieldsFunc(p.request.URL.Path, func(r rune) bool { return r == '/' }) // runtimes/<id>/runtime-endpoints/<name>
	kind, resource := "", "runtime/*"
	if len(parts) > 1 {
		kind, resource = "id", "runtime/"+parts[1]
	}
	if len(parts) > 2 {
		kind = map[string]string{"versions": "versions", "runtime-endpoints": "endpoints"}[parts[2]]
	}
	if len(parts) > 3 {
		kind, resource = "endpoint", resource+"/runtime-endpoint/"+parts[3]
	}
	operation := runtimes[kind][p.request.Method]
	return operation, []Action{{Name: "bedrock-agentcore:" + operation, Resource: p.arn("bedrock-agentcore", resource)}}
}

func (p parser) iam() (string, []Action) {
	form, _ := url.ParseQuery(string(p.body))
	operation := form.Get("Action")
	a := Action{Name: "iam:" + operation, Resource: "arn:aws:iam::" + p.account + ":role" + contract.TenantRolePath + form.Get("RoleName")}
	if boundary := form.Get("PermissionsBoundary"); boundary != "" {
		a.Condition = map[string][]string{"iam:PermissionsBoundary": {boundary}}
	}
	return operation, []Action{a}
}

// named are calls of a JSON protocol on what a member names, below a prefix.
func (p parser) named(service, member, prefix string) (string, []Action) {
	operation := p.operation()
	var in map[string]any
	_ = json.Unmarshal(p.body, &in)
	name, _ := in[member].(string)
	action := strings.TrimSuffix(operation, "V2")
	return operation, []Action{{Name: service + ":" + action, Resource: p.arn(service, prefix+name)}}
}

func (p parser) apiGateway() (string, []Action) {
	return p.request.Method + " " + strings.Split(strings.Trim(p.request.URL.Path, "/"), "/")[0], []Action{{
		Name: "apigateway:" + p.request.Method, Resource: "arn:aws:apigateway:" + p.region + "::" + p.request.URL.Path,
	}}
}
