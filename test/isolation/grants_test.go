package isolation

import (
	"path"
	"slices"
	"strings"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
)

// grant is one action that a statement of a role's policy allows.
type grant struct {
	role      string // without the environment's prefix
	sid       string
	action    string
	statement blocks.Statement
}

// grants are all actions that the roles' policies allow.
func (a *account) grants(t testing.TB) []grant {
	t.Helper()
	var all []grant
	for _, name := range a.names() {
		for _, p := range a.roles[name].policies {
			for _, s := range p.Statement {
				if s.Effect != "Allow" {
					continue
				}
				for _, action := range s.Actions {
					if s.Sid == "" || strings.ContainsAny(action, "*?") {
						t.Errorf("%s: %q allows %s: a statement has a name and names its actions", name, s.Sid, action)
					}
					only := s
					only.Actions = []string{action}
					all = append(all, grant{a.short(name), s.Sid, action, only})
				}
			}
		}
	}
	return all
}

// unused are the grants that no use needs: the engine refuses each use of that
// role and action under that statement alone.
func (a *account) unused(t testing.TB) []grant {
	t.Helper()
	uses := a.uses(t)
	grants := a.grants(t)
	var requests []request
	var of []int
	for i, g := range grants {
		for _, u := range uses {
			if u.action != g.action || u.label != g.role && u.label != g.role+" (search)" {
				continue
			}
			u.identity = []named{{g.sid, newDocument(g.statement)}}
			if strings.HasPrefix(u.action, "sts:") {
				// A trust policy that names the role would do without: that it is allowed is
				// proven elsewhere.
				u.resourcePolicy = nil
			}
			requests, of = append(requests, u), append(of, i)
		}
	}
	used := make([]bool, len(grants))
	for i, v := range judge(t, a, requests) {
		if v.allowed() {
			used[of[i]] = true
		}
	}
	var left []grant
	for i, g := range grants {
		if !used[i] {
			left = append(left, g)
		}
	}
	return left
}

// unseen is a grant that the end-to-end tests don't see used, and why it is
// there. Patterns are those of path.Match.
type unseen struct {
	role, sid string
	actions   []string // nil for all of the statement
	reason    string
}

func (u unseen) covers(g grant) bool {
	role, _ := path.Match(u.role, g.role)
	sid, _ := path.Match(u.sid, g.sid)
	return role && sid && (u.actions == nil || slices.Contains(u.actions, g.action))
}

// Every action that a policy allows is used by some call, or has a reason. A
// reason that nothing needs any more is removed.
func TestWhatIsAllowedIsUsed(t *testing.T) {
	needed := make([]map[string]bool, len(unseens))
	for _, name := range proven {
		t.Run(name, func(t *testing.T) {
			for _, g := range environment(t, name).unused(t) {
				i := slices.IndexFunc(unseens, func(u unseen) bool { return u.covers(g) })
				if i < 0 {
					t.Errorf("%s: %s allows %s, which nothing is seen to use", g.role, g.sid, g.action)
					continue
				}
				if needed[i] == nil {
					needed[i] = map[string]bool{}
				}
				needed[i][g.action] = true
			}
		})
	}
	for i, u := range unseens {
		if len(needed[i]) == 0 {
			t.Errorf("nothing needs the reason %+v", u)
		}
		for _, action := range u.actions {
			if !needed[i][action] {
				t.Errorf("%s of %s is used: its reason (%s) is not needed", action, u.role, u.reason)
			}
		}
	}
}

// The boundary of tenants' roles is what their policy is, and no more: no other
// policy that they might get counts.
func TestTheBoundaryIsThePolicy(t *testing.T) {
	for _, name := range proven {
		a := environment(t, name)
		agent := a.role(t, a.definition.Role.NamePrefix+own)
		if agent.policies[0].text() != a.boundary.text() {
			t.Errorf("%s: the boundary differs from the policy of tenants' roles", name)
		}
	}
}
