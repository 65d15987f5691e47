package isolation

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/local"
)

// uses are the calls of the end-to-end tests, as requests of the environment's
// roles.
func (a *account) uses(t testing.TB) []request {
	t.Helper()
	raw, err := os.ReadFile("../e2e/calls.json")
	if err != nil {
		t.Fatal(err)
	}
	var seen []local.Use
	if err := json.Unmarshal(raw, &seen); err != nil {
		t.Fatal(err)
	}
	words := a.words()
	var requests []request
	for _, u := range seen {
		context := map[string][]string{}
		for key, values := range u.Condition {
			for _, v := range values {
				context[key] = append(context[key], words.Replace(v))
			}
		}
		if tag := "aws:RequestTag/Environment"; context[tag] != nil {
			context[tag] = []string{a.cfg.Environment}
		}
		resource := words.Replace(u.Resource)
		switch {
		case strings.HasPrefix(u.Action, "states:SendTask"):
			resource = a.cfg.StateMachineARN() // the call holds a token, which names no machine
		case strings.HasPrefix(u.Action, "kms:"):
			resource = a.sessionKey(t)
		case strings.HasPrefix(u.Action, "cognito-idp:"):
			resource = a.targets()["users"][0]
		case u.Action == "iam:PutRolePolicy" || u.Action == "iam:DeleteRolePolicy":
			context["iam:PermissionsBoundary"] = []string{a.boundary.name} // AWS adds the role's own
		case u.Action == "bedrock-agentcore:InvokeAgentRuntime":
			context["aws:ResourceTag/"+contract.TenantTag] = []string{own} // AWS adds the runtime's own
		case u.Action == "bedrock-agentcore:CreateAgentRuntime" || u.Action == "bedrock-agentcore:UpdateAgentRuntime":
			maps.Copy(context, a.placement) // the end-to-end tests have no VPC
		}
		q := a.ask(a.caller(t, u), u.Action, resource, context)
		if strings.HasPrefix(u.Action, "es:") {
			q.label += " (search)"
		}
		requests = append(requests, q)
	}
	return requests
}

// caller is the session that a use was made with.
func (a *account) caller(t testing.TB, u local.Use) session {
	t.Helper()
	switch {
	case u.Role == "execution":
		return a.role(t, a.cfg.Name(u.Function)).plain()
	case u.Function == "agent":
		return a.role(t, a.definition.Role.NamePrefix+own).plain()
	case strings.HasSuffix(u.Role, "-tenant"):
		return a.role(t, a.words().Replace(u.Role)).tenant(own)
	}
	return a.role(t, a.words().Replace(u.Role)).plain()
}

// words puts values in place of what stands for them, and this environment in
// place of the one of the end-to-end tests.
func (a *account) words() *strings.Replacer {
	env := a.cfg.Environment
	return strings.NewReplacer(
		"<tenant>", own, "<id>", sampleID("use"), "<version>", "v1", "<hash>", strings.Repeat("0", 64), "guardrail:1", "g1u2a3r4d5:1",
		"flowops-dev", "flowops-"+env, "flowops_dev", "flowops_"+env, "111111111111", a.id, webSocketAPI+"/dev/", webSocketAPI+"/"+env+"/", "parameter/flowops/dev/", "parameter/flowops/"+env+"/",
	)
}

// sessionKey is the key that ids of sessions and cursors are made with: the one
// beside the platform's own.
func (a *account) sessionKey(t testing.TB) string {
	t.Helper()
	for arn := range maps.Keys(a.policies) {
		if strings.Contains(arn, ":key/") && arn != a.keyARN {
			return arn
		}
	}
	t.Fatal("there is no session key")
	return ""
}

// What the functions and the agents were seen to call is allowed to the role
// that they called it with.
func TestWhatIsCalledIsAllowed(t *testing.T) {
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			a := environment(t, name)
			requests := a.uses(t)
			for i, v := range judge(t, a, requests) {
				if r := requests[i]; !v.allowed() {
					t.Errorf("%s may not call %s on %s %v: %s", r.label, r.action, r.resource, r.context, v.Result)
				}
			}
			if len(requests) < 90 {
				t.Errorf("only %d uses", len(requests))
			}
			for _, f := range contract.Functions() {
				_ = a.role(t, a.cfg.Name(f.Name))
			}
		})
	}
}
