package isolation

import (
	"slices"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
)

// escalationMutants are rights of the provisioner without a condition, and the
// method that must then be allowed.
func escalationMutants(a *account) []struct {
	name, role, sid string
	change          func(*blocks.Statement)
	action, on      string
	variant         string
} {
	provisioner := a.cfg.Name("agent-provisioner")
	type m = struct {
		name, role, sid string
		change          func(*blocks.Statement)
		action, on      string
		variant         string
	}
	tenant := a.global("role" + contract.TenantRolePath + a.definition.Role.NamePrefix + own)
	return []m{
		{"roles without the boundary", provisioner, "CreateTenantRole", func(s *blocks.Statement) { drop(s, "StringEquals", "iam:PermissionsBoundary") }, "iam:CreateRole", tenant, "without a boundary"},
		{"roles without a tenant", provisioner, "CreateTenantRole", func(s *blocks.Statement) {
			drop(s, "StringLike", "aws:RequestTag/TenantId")
			s.Resources = rewrite(s.Resources, "${aws:RequestTag/TenantId}", "*")
		}, "iam:CreateRole", tenant, "without a tenant"},
		{"roles of another tenant", provisioner, "CreateTenantRole", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, "${aws:RequestTag/TenantId}", "*") }, "iam:CreateRole", tenant, "for another tenant"},
		{"roles outside the path", provisioner, "CreateTenantRole", func(s *blocks.Statement) { s.Resources = []string{a.global("role/*")} }, "iam:CreateRole", a.global("role/administrator"), "with the boundary"},
		{"policies of any role", provisioner, "TenantRolePolicy", func(s *blocks.Statement) { drop(s, "StringEquals", "iam:PermissionsBoundary") }, "iam:PutRolePolicy", tenant, "without a boundary"},
		{"any service", provisioner, "PassTenantRole", func(s *blocks.Statement) { drop(s, "StringEquals", "iam:PassedToService") }, "iam:PassRole", tenant, "to lambda.amazonaws.com"},
		{"any role to AgentCore", provisioner, "PassTenantRole", func(s *blocks.Statement) { s.Resources = []string{a.global("role/*")} }, "iam:PassRole", a.roles[a.cfg.Name("records")].arn, "to bedrock-agentcore.amazonaws.com"},
		{"another tenant's tag", provisioner, "TagTenantRole", func(s *blocks.Statement) {
			drop(s, "StringEqualsIfExists", "aws:ResourceTag/TenantId")
			s.Resources = []string{tenant}
		}, "iam:TagRole", tenant, "another tenant"},
		{"another tenant's runtime", provisioner, "TagRuntime", func(s *blocks.Statement) { drop(s, "StringEqualsIfExists", "aws:ResourceTag/TenantId") }, "bedrock-agentcore:TagResource", a.runtime(own), "another tenant"},
		{"code of functions", provisioner, "SearchAdmin", func(s *blocks.Statement) {
			s.Actions = append(s.Actions, "lambda:UpdateFunctionCode")
			s.Resources = []string{"*"}
		}, "lambda:UpdateFunctionCode", a.arn("lambda", "function:"+a.cfg.Name("records")), ""},
		{"the bundle", provisioner, "Artifacts", func(s *blocks.Statement) { s.Actions = append(s.Actions, "s3:PutObject") }, "s3:PutObject", a.bucket("agents") + "/bundles/x/agent.zip", ""},
		{"executions of any machine", provisioner, "StartErasure", func(s *blocks.Statement) { s.Resources = []string{a.arn("states", "stateMachine:*")} }, "states:StartExecution", a.cfg.StateMachineARN(), ""},
		{"events of other sources", a.cfg.Name("records"), "Events", func(s *blocks.Statement) { s.Conditions = nil }, "events:PutEvents", a.arn("events", "event-bus/"+a.cfg.Name("events")), "as another source"},
	}
}

// Each right that is made too wide is found.
func TestTheEscalationProofSeesMutants(t *testing.T) {
	a := environment(t, "dev")
	for _, m := range escalationMutants(a) {
		t.Run(m.name, func(t *testing.T) {
			defer found(t)
			c := a.clone()
			m.change(statementOf(c, m.role, m.sid))
			tries := c.escalations(t)
			i := slices.IndexFunc(tries, func(e try) bool { return e.action == m.action && e.resource == m.on && e.variant == m.variant })
			if i < 0 {
				t.Fatalf("nothing tries %s on %s, %s", m.action, m.on, m.variant)
			}
			for name, b := range map[string]*account{"before": a, "after": c} {
				got := judge(t, b, []request{b.attempt(b.roles[m.role], tries[i])})[0].allowed() && b.reasonFor(b.short(m.role), tries[i]) < 0
				if got != (name == "after") {
					t.Errorf("%s: found %t", name, got)
				}
			}
		})
	}
}

// A right that is missing and one that is too much are both found.
func TestTheSufficiencyProofSeesMutants(t *testing.T) {
	a := environment(t, "dev")
	t.Run("a right that is missing", func(t *testing.T) {
		defer found(t)
		c := a.clone()
		s := statementOf(c, a.cfg.Name("records-tenant"), "Tickets")
		s.Actions = slices.DeleteFunc(s.Actions, func(x string) bool { return x == "dynamodb:PutItem" })
		requests := c.uses(t)
		denied := 0
		for i, v := range judge(t, c, requests) {
			if !v.allowed() {
				denied++
				if requests[i].label != "records-tenant" || requests[i].action != "dynamodb:PutItem" {
					t.Errorf("%s on %s is refused too", requests[i].action, requests[i].resource)
				}
			}
		}
		if denied == 0 {
			t.Error("the mutant lives: nothing is refused")
		}
	})
	t.Run("a right too much", func(t *testing.T) {
		defer found(t)
		c := a.clone()
		s := statementOf(c, a.cfg.Name("records-tenant"), "Tickets")
		s.Actions = append(s.Actions, "dynamodb:DeleteItem")
		if !slices.ContainsFunc(c.unused(t), func(g grant) bool {
			return g.role == "records-tenant" && g.action == "dynamodb:DeleteItem" && g.sid == "Tickets" && !slices.ContainsFunc(unseens, func(u unseen) bool { return u.covers(g) })
		}) {
			t.Error("the mutant lives: nobody misses a use")
		}
	})
}
