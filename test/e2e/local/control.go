package local

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	a := Action{Name: "bedrock-agentcore:" + operation, Resource: p.arn("bedrock-agentcore", resource)}
	if kind == "" {
		a.Resource = "*" // these two know no resources (service authorization reference)
	}
	if operation != "CreateAgentRuntime" && operation != "UpdateAgentRuntime" {
		return operation, []Action{a}
	}
	var in struct {
		RoleARN string            `json:"roleArn"`
		Tags    map[string]string `json:"tags"`
	}
	_ = json.Unmarshal(p.body, &in)
	a.Condition = requestTags(in.Tags)
	return operation, []Action{a, {
		Name: "iam:PassRole", Resource: in.RoleARN, Condition: map[string][]string{"iam:PassedToService": {"bedrock-agentcore.amazonaws.com"}},
	}}
}

// requestTags are the condition keys of the tags that a request gives.
func requestTags(tags map[string]string) map[string][]string {
	condition := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		condition["aws:RequestTag/"+name] = []string{tags[name]}
		condition["aws:TagKeys"] = append(condition["aws:TagKeys"], name)
	}
	return condition
}

func (p parser) iam() (string, []Action) {
	form, _ := url.ParseQuery(string(p.body))
	operation := form.Get("Action")
	a := Action{Name: "iam:" + operation, Resource: "arn:aws:iam::" + p.account + ":role" + contract.TenantRolePath + form.Get("RoleName")}
	tags := map[string]string{}
	for name, values := range form {
		if index, ok := strings.CutSuffix(name, ".Key"); ok && strings.HasPrefix(name, "Tags.member.") {
			tags[values[0]] = form.Get(index + ".Value")
		}
	}
	a.Condition = requestTags(tags)
	actions := []Action{a}
	if len(tags) > 0 { // making with tags is tagging too
		actions = append(actions, Action{Name: "iam:TagRole", Resource: a.Resource, Condition: requestTags(tags)})
	}
	if boundary := form.Get("PermissionsBoundary"); boundary != "" {
		a.Condition["iam:PermissionsBoundary"] = []string{boundary}
	}
	return operation, actions
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
