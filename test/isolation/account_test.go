package isolation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/synth"
	"github.com/flowops/flowops/test/template"
)

// account is an environment as IAM sees it.
type account struct {
	cfg        envs.Config
	id, region string
	roles      map[string]*role    // by name
	policies   map[string]document // resource policies by ARN
	endpoints  map[string]document // VPC endpoint policies by service; none without a VPC
	definition contract.AgentDefinition
	boundary   named // of tenants' roles
	keyARN     string
	placement  map[string][]string // of agents, as condition keys; none without a VPC
}

// role is a role and what it is made of.
type role struct {
	name, arn string
	stack     string
	trust     document
	policies  []named
	boundary  []named
	tags      map[string]string
}

type named struct {
	name string
	document
}

func (a *account) arn(service, resource string) string {
	return strings.Join([]string{"arn", "aws", service, a.region, a.id, resource}, ":")
}

// global is the ARN of an IAM resource.
func (a *account) global(resource string) string { return "arn:aws:iam::" + a.id + ":" + resource }

var environments = struct {
	sync.Mutex
	made map[string]*account
}{made: map[string]*account{}}

// environment synthesizes a checked-in environment and collects its policies.
// Who changes what it gets, clones it.
func environment(t testing.TB, name string) *account {
	t.Helper()
	environments.Lock()
	defer environments.Unlock()
	if a, ok := environments.made[name]; ok {
		return a
	}
	cfg := platform.Config(t, name)
	a, err := collect(cfg, platform.Documents(t, cfg))
	if err != nil {
		t.Fatal(err)
	}
	environments.made[name] = a
	return a
}

// collect reads all policies of an environment's documents.
func collect(cfg envs.Config, documents map[string]synth.Document) (*account, error) {
	a := &account{
		cfg: cfg, id: cfg.Account.ID, region: cfg.Account.Region,
		roles: map[string]*role{}, policies: map[string]document{}, endpoints: map[string]document{},
	}
	outputs := map[string]any{}
	var attached []resource // to roles: those of all stacks must be there first
	for _, stack := range stacks.Names() {
		made, err := a.evaluate(documents[stack], outputs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stack, err)
		}
		outputs[stack] = made.outputs
		for _, r := range made.resources {
			r.stack = stack
			if err := a.take(r, &attached); err != nil {
				return nil, fmt.Errorf("%s: %s.%s: %w", stack, r.kind, r.name, err)
			}
		}
	}
	for _, r := range attached {
		if err := a.attach(r); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", r.kind, r.name, err)
		}
	}
	return a, a.addTenants()
}

// resource is one of a stack, its attributes evaluated as far as they can be.
type resource struct {
	stack, kind, name string
	attributes        map[string]any
	failed            map[string]error // attributes that can't be
}

func (r resource) text(key string) (string, error) {
	if err := r.failed[key]; err != nil {
		return "", fmt.Errorf("%s: %w", key, err)
	}
	s, _ := r.attributes[key].(string)
	return s, nil
}

// must is text for what can't be missing.
func (r resource) must(key string) (string, error) {
	s, err := r.text(key)
	if err == nil && s == "" {
		err = fmt.Errorf("%s is missing", key)
	}
	return s, err
}

type evaluated struct {
	resources []resource
	outputs   map[string]any
}

// evaluate resolves the templates of a stack, each resource's as soon as those
// that it refers to are there.
func (a *account) evaluate(d synth.Document, outputs map[string]any) (evaluated, error) {
	values := template.Values{Resources: map[string]map[string]any{}, Outputs: outputs}
	waiting := d.Resources("")
	slices.SortFunc(waiting, func(x, y synth.Resource) int { return strings.Compare(x.Type+x.Name, y.Type+y.Name) })
	out := evaluated{outputs: map[string]any{}}
	for len(waiting) > 0 {
		var later []synth.Resource
		for _, w := range waiting {
			if !values.Ready(w.Attributes) {
				later = append(later, w)
				continue
			}
			r := resource{kind: w.Type, name: w.Name, attributes: map[string]any{}, failed: map[string]error{}}
			for key, value := range w.Attributes {
				var err error
				if r.attributes[key], err = values.Evaluate(value); err != nil {
					r.failed[key] = err
					delete(r.attributes, key)
				}
			}
			maps.Copy(r.attributes, a.computed(r.kind, r.name, r.attributes))
			if values.Resources[r.kind] == nil {
				values.Resources[r.kind] = map[string]any{}
			}
			values.Resources[r.kind][r.name] = r.attributes
			out.resources = append(out.resources, r)
		}
		if len(later) == len(waiting) {
			return evaluated{}, fmt.Errorf("%d resources wait for each other, %s.%s among them", len(later), later[0].Type, later[0].Name)
		}
		waiting = later
	}
	declared, _ := d["output"].(map[string]any)
	for name, o := range declared {
		// An output that no policy refers to may hold what is not evaluated here.
		if value, err := values.Evaluate(o.(map[string]any)["value"]); err == nil {
			out.outputs[name] = value
		}
	}
	return out, nil
}

// clone is a copy whose documents can be changed.
func (a *account) clone() *account {
	c := *a
	c.roles, c.policies, c.endpoints = map[string]*role{}, map[string]document{}, map[string]document{}
	for name, r := range a.roles {
		copied := *r
		copied.trust, copied.tags = r.trust.clone(), maps.Clone(r.tags)
		copied.policies, copied.boundary = cloneAll(r.policies), cloneAll(r.boundary)
		c.roles[name] = &copied
	}
	for arn, d := range a.policies {
		c.policies[arn] = d.clone()
	}
	for service, d := range a.endpoints {
		c.endpoints[service] = d.clone()
	}
	return &c
}

func cloneAll(all []named) []named {
	var out []named
	for _, n := range all {
		out = append(out, named{n.name, n.clone()})
	}
	return out
}

// role is the role of that name.
func (a *account) role(t testing.TB, name string) *role {
	t.Helper()
	r, ok := a.roles[name]
	if !ok {
		t.Fatalf("there is no role %s", name)
	}
	return r
}

// names are all roles' names, sorted.
func (a *account) names() []string { return slices.Sorted(maps.Keys(a.roles)) }

// short is a name without the environment's prefix.
func (a *account) short(name string) string { return strings.TrimPrefix(name, a.cfg.Name("")) }

var errNoRole = errors.New("the role is of no stack")
