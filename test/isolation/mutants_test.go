package isolation

import (
	"slices"
	"strings"
	"testing"

	blocks "github.com/flowops/flowops/constructs"
	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/figures"
)

// mutant is a policy made too wide, and the cell that shows it.
type mutant struct {
	name string
	role string // whose matrix turns red
	// change makes the environment wrong. It panics where there is nothing to change.
	change func(*account)
	// red is what must be allowed then: the column and the action of one cell.
	column column
	action string
}

// policyOfRole finds a statement of a role's policies.
func statementOf(a *account, role, sid string) *blocks.Statement {
	for i := range a.roles[role].policies {
		if s, ok := a.roles[role].policies[i].statement(sid); ok {
			return s
		}
	}
	panic(role + " has no statement " + sid)
}

// drop removes a condition.
func drop(s *blocks.Statement, operator, key string) {
	if _, ok := s.Conditions[operator][key]; !ok {
		panic(s.Sid + " has no condition " + operator + " " + key)
	}
	delete(s.Conditions[operator], key)
	if len(s.Conditions[operator]) == 0 {
		delete(s.Conditions, operator)
	}
}

// rewrite replaces text in what a statement names.
func rewrite(values []string, from, to string) []string {
	out := slices.Clone(values)
	changed := false
	for i, v := range out {
		out[i] = strings.ReplaceAll(v, from, to)
		changed = changed || out[i] != v
	}
	if !changed {
		panic("nothing holds " + from)
	}
	return out
}

const tenantVariable = "${aws:PrincipalTag/TenantId}"

// widen changes one statement of a role.
func widen(role, sid string, change func(*blocks.Statement)) func(*account) {
	return func(a *account) { change(statementOf(a, role, sid)) }
}

func matrixMutants(a *account) []mutant {
	name := a.cfg.Name
	records, ingestion, browser := name("records-tenant"), name("document-ingestion-tenant"), name("browser")
	erasure := name("data-erasure-tenant")
	agent := a.definition.Role.NamePrefix + own
	keys := "dynamodb:LeadingKeys"
	add := func(role string, s blocks.Statement) func(*account) {
		return func(a *account) {
			a.roles[role].policies = append(a.roles[role].policies, named{"mutant", newDocument(s)})
		}
	}
	return []mutant{
		{"LeadingKeys dropped", records, widen(records, "Tickets", func(s *blocks.Statement) { drop(s, "ForAllValues:StringLike", keys) }), otherTenant, "dynamodb:GetItem"},
		{"Null dropped", records, widen(records, "Tickets", func(s *blocks.Statement) { drop(s, "Null", keys) }), noKey, "dynamodb:Query"},
		{"LeadingKeys without a separator", records, widen(records, "Tickets", func(s *blocks.Statement) {
			s.Conditions["ForAllValues:StringLike"][keys] = []string{"TENANT#" + tenantVariable + "*"}
		}), neighbour, "dynamodb:GetItem"},
		{"ForAnyValue in place of ForAllValues", records, widen(records, "Tickets", func(s *blocks.Statement) {
			values := s.Conditions["ForAllValues:StringLike"][keys]
			drop(s, "ForAllValues:StringLike", keys)
			*s = s.If("ForAnyValue:StringLike", keys, values...)
		}), foreignBatch, "dynamodb:UpdateItem"},
		{"the tag may be missing", records, widen(records, "Tickets", func(s *blocks.Statement) {
			s.Conditions["ForAllValues:StringLike"][keys] = []string{"TENANT#${aws:PrincipalTag/TenantId, '*'}"}
			s.Conditions["ForAllValues:StringLike"][keys] = append(s.Conditions["ForAllValues:StringLike"][keys], "TENANT#"+own)
		}), noTag, "dynamodb:GetItem"},
		{"a scan", records, widen(records, "Metadata", func(s *blocks.Statement) { s.Actions = append(s.Actions, "dynamodb:Scan"); s.Conditions = nil }), wholeStore, "dynamodb:Scan"},
		{"an execution role with items", name("records"), add(name("records"), blocks.Allow("Mutant", []string{"dynamodb:GetItem"}, []string{a.table(contract.Tickets)})), noTag, "dynamodb:GetItem"},
		{"PartiQL", records, widen(records, "Metadata", func(s *blocks.Statement) {
			s.Actions = append(s.Actions, "dynamodb:PartiQLSelect")
			drop(s, "Null", keys)
		}), noKey, "dynamodb:PartiQLSelect"},
		{"objects of all tenants", browser, widen(browser, "ReadDocuments", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable, "*") }), otherTenant, "s3:GetObject"},
		{"objects without a separator", records, widen(records, "Documents", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable+"/", tenantVariable+"*/") }), neighbour, "s3:PutObject"},
		{"a list with any prefix", records, widen(records, "Versions", func(s *blocks.Statement) { drop(s, "StringLike", "s3:prefix") }), noKey, "s3:ListBucketVersions"},
		{"a list without a separator", records, widen(records, "Versions", func(s *blocks.Statement) {
			s.Conditions["StringLike"]["s3:prefix"] = []string{"tenants/" + tenantVariable + "*"}
		}), malformed, "s3:ListBucketVersions"},
		{"the bucket's policy", records, widen(records, "Versions", func(s *blocks.Statement) { s.Actions = append(s.Actions, "s3:PutBucketPolicy"); s.Conditions = nil }), wholeStore, "s3:PutBucketPolicy"},
		{"a bucket that lets the account in", records, func(a *account) {
			d := a.policies[a.documents()]
			d.Statement = append(d.Statement, blocks.Allow("Mutant", []string{"s3:GetObject"}, []string{a.documents() + "/*"}).To("AWS", a.roles[records].arn))
			a.policies[a.documents()] = d
		}, otherTenant, "s3:GetObject"},
		{"exports of all tenants", erasure, widen(erasure, "Exports", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable+"/", "") }), otherTenant, "s3:GetObject"},
		{"exports without a separator", erasure, widen(erasure, "Exports", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable+"/", tenantVariable) }), neighbour, "s3:PutObject"},
		{"exports beside the tenant's", erasure, widen(erasure, "Exports", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, "exports/", "*/") }), malformed, "s3:PutObject"},
		{"deletions in all tenants' prefixes", erasure, widen(erasure, "Objects", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable, "*") }), otherTenant, "s3:DeleteObjectVersion"},
		{"deletions without a separator", erasure, widen(erasure, "Objects", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable+"/", tenantVariable) }), neighbour, "s3:DeleteObjectVersion"},
		{"deletions in the whole bucket", erasure, widen(erasure, "Objects", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, "tenants/"+tenantVariable+"/", "") }), malformed, "s3:DeleteObjectVersion"},
		{"batches of any keys", erasure, widen(erasure, "Tickets", func(s *blocks.Statement) { drop(s, "ForAllValues:StringLike", keys) }), foreignBatch, "dynamodb:BatchWriteItem"},
		{"batches without keys", erasure, widen(erasure, "Metadata", func(s *blocks.Statement) { drop(s, "Null", keys) }), noKey, "dynamodb:BatchWriteItem"},
		{"every path below the alias", ingestion, widen(ingestion, "Vectors", func(s *blocks.Statement) {
			s.Resources = []string{a.domain() + "/" + contract.TenantAlias(tenantVariable) + "/*"}
		}), malformed, "es:ESHttpPost"},
		{"every alias that begins alike", ingestion, widen(ingestion, "Vectors", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable, tenantVariable+"*") }), neighbour, "es:ESHttpPost"},
		{"every alias", ingestion, widen(ingestion, "Vectors", func(s *blocks.Statement) { s.Resources = rewrite(s.Resources, tenantVariable, "*") }), otherTenant, "es:ESHttpPost"},
		{"the pooled index", ingestion, widen(ingestion, "Vectors", func(s *blocks.Statement) {
			s.Resources = append(s.Resources, a.domain()+"/"+contract.VectorIndex+"/*")
		}), wholeStore, "es:ESHttpPost"},
		{"the domain's own paths", ingestion, widen(ingestion, "Vectors", func(s *blocks.Statement) { s.Resources = append(s.Resources, a.domain()+"/_*") }), wholeStore, "es:ESHttpPost"},
		{"the key without a service", records, widen(records, "Key", func(s *blocks.Statement) { s.Conditions = nil }), wholeStore, "kms:Decrypt"},
		{"an agent without its boundary and with every permission", agent, func(a *account) {
			a.roles[agent].boundary, a.roles[agent].policies = nil, []named{everything}
		}, otherTenant, "dynamodb:GetItem"},
		{"a boundary without LeadingKeys", agent, func(a *account) {
			a.roles[agent].policies = []named{everything}
			s, ok := a.roles[agent].boundary[0].statement("Tickets")
			if !ok {
				panic("the boundary has no tickets")
			}
			drop(s, "ForAllValues:StringLike", keys)
		}, otherTenant, "dynamodb:GetItem"},
		{"an agent's logs by any runtime", agent, func(a *account) {
			a.roles[agent].policies = []named{everything}
			s, ok := a.roles[agent].boundary[0].statement("Logs")
			if !ok {
				panic("the boundary has no logs")
			}
			s.Resources = rewrite(s.Resources, "${aws:PrincipalTag/AgentRuntime}", "*")
		}, otherTenant, "logs:PutLogEvents"},
		{"any tenant's agent", name("agent-invoke-tenant"), widen(name("agent-invoke-tenant"), "Runtime", func(s *blocks.Statement) {
			drop(s, "StringEquals", "aws:ResourceTag/TenantId")
		}), otherTenant, "bedrock-agentcore:InvokeAgentRuntime"},
		{"another function that invokes agents", name("safe-actions"), add(name("safe-actions"),
			blocks.Allow("Mutant", []string{"bedrock-agentcore:InvokeAgentRuntime"}, []string{a.arn("bedrock-agentcore", "runtime/*")})), otherTenant, "bedrock-agentcore:InvokeAgentRuntime"},
	}
}

// found counts the mutant of a test that is over, unless it lives.
func found(t *testing.T) {
	t.Helper()
	if !t.Failed() {
		figures.Report(t, figures.Mutants, 1)
	}
}

// Each policy that is made too wide turns the matrix red, in the cell that it
// is about.
func TestTheMatrixSeesMutants(t *testing.T) {
	a := environment(t, "dev")
	cells := a.cells()
	for _, m := range matrixMutants(a) {
		t.Run(m.name, func(t *testing.T) {
			defer found(t)
			c := a.clone()
			m.change(c)
			var about []cell
			for _, x := range cells {
				if x.action == m.action {
					about = append(about, x)
				}
			}
			for _, o := range c.matrix(t, []string{m.role}, about) {
				if o.wrong() && o.column == m.column && excuse(a.short(o.role), o.cell) < 0 {
					t.Logf("red: %s: %s", a.short(o.role), o.cell)
					return
				}
			}
			t.Errorf("the mutant lives: no cell %q of %s is allowed to %s", m.column, m.action, m.role)
		})
	}
}

// trustMutants are trust policies without one of their conditions, and the try
// that must then be refused no more.
var trustMutants = []struct {
	name, operator, key string
	try                 string
}{
	{"the tag is not demanded", "StringLike", "aws:RequestTag/TenantId", "no tag"},
	{"a path in the tag", "StringNotLike", "aws:RequestTag/TenantId", "path in the tag"},
	{"more tags", "ForAllValues:StringEquals", "aws:TagKeys", "another tag too"},
	{"not transitive", "ForAnyValue:StringEquals", "sts:TransitiveTagKeys", "not transitive"},
}

// Each condition of a tenant access role's trust policy refuses something that
// nothing else does.
func TestTheTrustProofSeesMutants(t *testing.T) {
	a := environment(t, "dev")
	f := a.role(t, a.cfg.Name("records"))
	for _, m := range trustMutants {
		t.Run(m.name, func(t *testing.T) {
			defer found(t)
			c := a.clone()
			target := c.role(t, a.cfg.Name("records-tenant"))
			drop(&target.trust.Statement[0], m.operator, m.key)
			if m.name == "the tag is not demanded" {
				// Without tags no key is transitive either: both conditions say that there is one.
				drop(&target.trust.Statement[0], "ForAnyValue:StringEquals", "sts:TransitiveTagKeys")
			}
			i := slices.IndexFunc(tries(), func(x taken) bool { return x.name == m.try })
			if !all(t, c, c.takeRequests("records", f.plain().principal(), f.policies, target, "sts:AssumeRole", tries()[i], nil)) {
				t.Errorf("the mutant lives: %s is still refused", m.try)
			}
		})
	}
	t.Run("any role of the account", func(t *testing.T) {
		defer found(t)
		c := a.clone()
		target := c.role(t, a.cfg.Name("records-tenant"))
		target.trust.Statement[0].Principal = map[string]any{"AWS": []any{a.global("root")}}
		if !all(t, c, c.takeRequests("administrator", a.global("role/administrator"), []named{everything}, target, "sts:AssumeRole", tries()[0], nil)) {
			t.Error("the mutant lives: an administrator is still refused")
		}
	})
}
