package isolation

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
)

// outcome is a cell as a role is answered.
type outcome struct {
	cell
	role    string
	verdict verdict
}

// wrong reports whether the outcome breaks the isolation of tenants.
func (o outcome) wrong() bool { return o.verdict.allowed() && o.column != ownTenant }

// matrix asks all cells of the roles.
func (a *account) matrix(t testing.TB, roles []string, cells []cell) []outcome {
	t.Helper()
	var requests []request
	var outcomes []outcome
	for _, name := range roles {
		r := a.role(t, name)
		knows := r.knowsTags()
		for _, c := range cells {
			if c.variant && !knows {
				continue
			}
			outcomes = append(outcomes, outcome{cell: c, role: name})
			requests = append(requests, a.askCell(r, c))
		}
	}
	for i, v := range judge(t, a, requests) {
		outcomes[i].verdict = v
	}
	return outcomes
}

func (a *account) askCell(r *role, c cell) request {
	tag := cmp.Or(c.tagName, contract.TenantTag)
	s := r.plain().untagged(tag)
	if c.tag != nil {
		s.tags = map[string]string{tag: *c.tag}
	}
	return a.ask(s, c.action, c.resource, c.context)
}

var judged = struct {
	sync.Mutex
	outcomes map[string][]outcome
}{outcomes: map[string][]outcome{}}

// wholeMatrix asks all roles of an environment all cells, once a test run.
func wholeMatrix(t testing.TB, name string) []outcome {
	t.Helper()
	a := environment(t, name)
	judged.Lock()
	defer judged.Unlock()
	if _, ok := judged.outcomes[name]; !ok {
		judged.outcomes[name] = a.matrix(t, a.names(), a.cells())
	}
	return judged.outcomes[name]
}

// proven are the environments that the proofs are made for: one without and one
// with a VPC.
var proven = []string{"dev", "prod"}

// Property 11: no role is allowed anything on tenants' data but on its own tenant's. What is
// not so has a written reason.
func TestProperty11_TenantIsolation(t *testing.T) {
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			a := environment(t, name)
			used := make([]bool, len(excused))
			allowed := map[string]int{}
			for _, o := range wholeMatrix(t, name) {
				if o.verdict.allowed() && o.column == ownTenant {
					allowed[o.role]++
				}
				if !o.wrong() {
					continue
				}
				if i := excuse(a.short(o.role), o.cell); i >= 0 {
					used[i] = true
					continue
				}
				t.Errorf("%s is allowed %s", a.short(o.role), o.cell)
			}
			for i, u := range used {
				if !u {
					t.Errorf("nothing needs the reason %+v", excused[i])
				}
			}
			// The roles that are for tenants' data reach their own tenant's: else the matrix proves nothing.
			for _, name := range a.names() {
				if tenantRole(a, name) && allowed[name] == 0 {
					t.Errorf("%s reaches nothing of its own tenant", a.short(name))
				}
				if !tenantRole(a, name) && allowed[name] > 0 && !slices.ContainsFunc(excused, func(e exception) bool { return e.role == a.short(name) }) {
					t.Errorf("%s is not for tenants' data, and reaches %d of it", a.short(name), allowed[name])
				}
			}
		})
	}
}

// tenantRole reports whether a role is for one tenant's data at a time.
func tenantRole(a *account, name string) bool {
	short := a.short(name)
	return strings.HasSuffix(short, "-tenant") || strings.HasPrefix(name, a.definition.Role.NamePrefix) || short == "browser"
}

// Every cell is a request that AWS knows and that nothing but the missing right
// refuses: an administrator of the account is allowed all of them.
func TestEveryCellIsARequest(t *testing.T) {
	a := environment(t, "prod").clone()
	admin := a.administrator()
	a.roles[admin.name] = admin
	var requests []request
	cells := a.cells()
	for _, c := range cells {
		requests = append(requests, a.askCell(admin, c))
	}
	seen := map[column]int{}
	for i, v := range judge(t, a, requests) {
		if !v.allowed() {
			t.Errorf("an administrator is not allowed %s: %s%s", cells[i], v.Result, v.Error)
		}
		seen[cells[i].column]++
	}
	for _, c := range columns {
		if seen[c] == 0 || about[c] == "" {
			t.Errorf("column %q has %d cells and says %q", c, seen[c], about[c])
		}
	}
}

// A tenant's agent may be given any permission: the boundary leaves it what it
// has.
func TestTheBoundaryHoldsWithoutThePolicy(t *testing.T) {
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			a := environment(t, name).clone()
			agent := a.role(t, a.definition.Role.NamePrefix+own)
			var before []outcome
			for _, o := range wholeMatrix(t, name) {
				if o.role == agent.name {
					before = append(before, o)
				}
			}
			agent.policies = []named{everything}
			for i, o := range a.matrix(t, []string{agent.name}, a.cells()) {
				if o.verdict.allowed() != before[i].verdict.allowed() {
					t.Errorf("with every permission: %s is %s, was %s", o.cell, o.verdict.Result, before[i].verdict.Result)
				}
			}
		})
	}
}
