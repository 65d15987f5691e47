package isolation

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/flowops/flowops/test/node"
)

// request is one request to judge.
type request struct {
	label          string // for people
	principal      string // ARN, service or identity provider
	action         string
	resource       string
	context        map[string][]string
	identity       []named
	boundary       []named
	endpoint       []named
	resourcePolicy *document
	// loose leaves out the check against AWS's service authorization reference.
	loose bool
}

// verdict is the engine's answer.
type verdict struct {
	Result  string   `json:"result"` // "Allowed", "ImplicitlyDenied" or "ExplicitlyDenied"
	Error   string   `json:"error"`
	Ignored []string `json:"ignored"` // condition keys that the action does not have
}

func (v verdict) allowed() bool { return v.Result == "Allowed" }

// engine is the IAM engine, and what it was asked in this run.
type engine struct {
	tool      node.Tool
	mutex     sync.Mutex
	decisions int
}

var simulator = engine{tool: node.Tool{Script: "simulate.mjs", Package: "@cloud-copilot/iam-simulate"}}

// wire is a request as the process reads it.
type wire struct {
	Principal      string         `json:"principal"`
	Account        string         `json:"account"`
	Action         string         `json:"action"`
	Resource       string         `json:"resource"`
	Context        map[string]any `json:"context"`
	Identity       []string       `json:"identity"`
	Boundary       []string       `json:"boundary,omitempty"`
	Endpoint       []string       `json:"endpoint,omitempty"`
	ResourcePolicy string         `json:"resourcePolicy,omitempty"`
	Loose          bool           `json:"loose,omitempty"`
}

// judge asks for the verdicts on requests, in their order. An account is where
// all resources are.
func (e *engine) judge(account string, requests []request) ([]verdict, error) {
	policies, ids := map[string]json.RawMessage{}, map[string]string{}
	id := func(d document) string {
		text := d.text()
		if ids[text] == "" {
			ids[text] = fmt.Sprintf("p%d", len(ids))
			policies[ids[text]] = json.RawMessage(text)
		}
		return ids[text]
	}
	all := func(documents []named) (out []string) {
		for _, d := range documents {
			out = append(out, id(d.document))
		}
		return out
	}
	var batch []wire
	for _, r := range requests {
		w := wire{
			Principal: r.principal, Account: account, Action: r.action, Resource: r.resource, Context: map[string]any{},
			Identity: all(r.identity), Boundary: all(r.boundary), Endpoint: all(r.endpoint), Loose: r.loose,
		}
		for key, values := range r.context {
			if w.Context[key] = values; len(values) == 1 && !manyValued(key) {
				w.Context[key] = values[0]
			}
		}
		if r.resourcePolicy != nil {
			w.ResourcePolicy = id(*r.resourcePolicy)
		}
		batch = append(batch, w)
	}
	line, err := json.Marshal(map[string]any{"policies": policies, "requests": batch})
	if err != nil {
		return nil, err
	}
	answer, err := e.tool.Ask(line)
	if err != nil {
		return nil, err
	}
	var verdicts []verdict
	if err := json.Unmarshal(answer, &verdicts); err != nil {
		return nil, fmt.Errorf("the IAM engine: %w", err)
	}
	if len(verdicts) != len(requests) {
		return nil, fmt.Errorf("the IAM engine answered %d of %d requests", len(verdicts), len(requests))
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.decisions += len(verdicts)
	return verdicts, nil
}

// manyValued reports whether a condition key has many values even where it has
// one. The engine knows it of those that the reference lists; a loose request
// has to say.
func manyValued(key string) bool {
	return slices.Contains([]string{
		"aws:TagKeys", "bedrock-agentcore:securityGroups", "bedrock-agentcore:subnets", "cognito-identity.amazonaws.com:amr",
		"dynamodb:LeadingKeys", "sts:TransitiveTagKeys",
	}, key)
}

// judge judges requests; one that the engine can't judge fails the test.
func judge(t testing.TB, a *account, requests []request) []verdict {
	t.Helper()
	id := "111111111111"
	if a != nil {
		id = a.id
	}
	verdicts, err := simulator.judge(id, requests)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range verdicts {
		r := requests[i]
		if v.Error != "" {
			t.Errorf("%s: %s on %s can't be judged: %s", r.label, r.action, r.resource, v.Error)
		}
		// A condition that the engine leaves out could have decided.
		for _, key := range v.Ignored {
			if !mayBeIgnored[key] {
				t.Errorf("%s: %s on %s has no condition key %s", r.label, r.action, r.resource, key)
			}
		}
	}
	return verdicts
}

// mayBeIgnored are condition keys that come with every request.
var mayBeIgnored = map[string]bool{}
