package main

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/test/searchtest"
)

func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_REGION", searchtest.Region) // Lambda sets it
	handlertest.NeedsEnvironment(t, contract.SearchAdmin, wire)
}

func TestSetup(t *testing.T) {
	s := searchtest.New(t)
	h, taker, _ := testHandler(t, s)
	got, err := invoke(t, h, deployment(t))
	if err != nil {
		t.Fatal(err)
	}
	want := &contract.SearchReport{Changed: []string{
		"index template flowops-vectors", "role flowops_vectors_reader", "mapping of flowops_vectors_reader",
		"role flowops_vectors_writer", "mapping of flowops_vectors_writer", "index flowops-vectors",
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
	if text, _ := json.Marshal(got); !strings.HasSuffix(string(text), `"deletedVectors":0}`) || !strings.HasPrefix(string(text), `{"changed":["index template`) {
		t.Errorf("report is %s", text)
	}
	if roles, _ := s.Mapped(contract.SearchRoleWriter); !slices.Equal(roles, []string{writerARN}) {
		t.Errorf("writers: %v", roles)
	}
	if s.Setting(contract.VectorIndex, "number_of_shards") != "6" || !slices.Equal(s.Allowed(contract.SearchRoleReader), []string{"indices:data/read/search"}) {
		t.Errorf("shards %v, readers may %v", s.Setting(contract.VectorIndex, "number_of_shards"), s.Allowed(contract.SearchRoleReader))
	}
	for _, c := range s.Calls() {
		if c.By != searchtest.Master {
			t.Errorf("%s %s is signed by %+v", c.Method, c.Path, c.By)
		}
	}
	s.Forget()
	got, err = invoke(t, h, deployment(t))
	if d := cmp.Diff(&contract.SearchReport{Changed: []string{}}, got); d != "" || err != nil {
		t.Errorf("again: %v (-want +got):\n%s", err, d)
	}
	for _, c := range s.Calls() {
		if write := c.Method != "GET"; write && c.Method+c.Path != "PUT/_index_template/flowops-vectors" && c.Method+c.Path != "PUT/flowops-vectors" {
			t.Errorf("again: %s %s", c.Method, c.Path)
		}
	}
	if taker.taken != 1 {
		t.Errorf("the master's role was taken %d times", taker.taken)
	}
}

func TestSetupChanges(t *testing.T) {
	change := func(old, new string) func(*contract.SearchSetup) {
		return func(s *contract.SearchSetup) {
			text := strings.Replace(string(s.Template), old, new, 1)
			if text == string(s.Template) {
				t.Fatalf("%s is not in the template", old)
			}
			s.Template = json.RawMessage(text)
		}
	}
	const templated = "index template flowops-vectors"
	tests := []struct {
		name    string
		change  func(*contract.SearchSetup)
		changed []string
		differs string // part of an IndexMismatch
	}{
		{"replicas", change(`"number_of_replicas": 2`, `"number_of_replicas": 1`), []string{templated, "replicas 1"}, ""},
		{"a field", change(`"tenantId"`, `"language": {"type": "keyword"}, "tenantId"`), []string{templated, "fields [language]"}, ""},
		{"shards", change(`"number_of_shards": 6`, `"number_of_shards": 3`), nil, "settings.number_of_shards is 6 and should be 3"},
		{"dimensions", change("1024", "512"), nil, "mappings.vector.dimension is 1024 and should be 512"},
		{"engine", change("faiss", "lucene"), nil, "mappings.vector.method.engine is faiss and should be lucene"},
		{"routing", change(`{"required": true}`, `{"required": false}`), nil, "mappings._routing.required is true"},
		{"a field's type", change(`"keyword"`, `"text"`), nil, "is keyword and should be text"},
		{"a role's actions", func(s *contract.SearchSetup) {
			s.Roles[0].IndexActions = append(s.Roles[0].IndexActions, "indices:data/read/get")
		}, []string{"role flowops_vectors_reader"}, ""},
		{"the order of actions", func(s *contract.SearchSetup) { slices.Reverse(s.Roles[1].IndexActions) }, []string{}, ""},
		{"a backend role", func(s *contract.SearchSetup) { s.Roles[0].BackendRoles = []string{writerARN} }, []string{"mapping of flowops_vectors_reader"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := searchtest.New(t)
			h, _, log := testHandler(t, s)
			for _, in := range []contract.SearchRequest{deployment(t), tenantRequest("acme", false)} {
				if _, err := invoke(t, h, in); err != nil {
					t.Fatal(err)
				}
			}
			in := deployment(t)
			tt.change(in.Setup)
			got, err := invoke(t, h, in)
			if tt.differs != "" {
				var mismatch IndexMismatch
				if !errors.As(err, &mismatch) || !strings.Contains(err.Error(), tt.differs) || len(mismatch.Differences) != 1 {
					t.Errorf("error is %v", err)
				}
				return
			}
			if d := cmp.Diff(&contract.SearchReport{Changed: tt.changed}, got); d != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s\n%s", err, d, log)
			}
			if roles, _ := s.Mapped(contract.SearchRoleReader); !slices.Contains(roles, agentRole+"acme") {
				t.Errorf("the tenant's agent is mapped no more: %v", roles)
			}
			if again, err := invoke(t, h, in); err != nil || len(again.Changed) > 0 {
				t.Errorf("again: %v, %v", again, err)
			}
		})
	}
}

func TestRefusedRequests(t *testing.T) {
	s := searchtest.New(t)
	h, _, log := testHandler(t, s)
	setup := func(change func(*contract.SearchSetup)) any {
		in := deployment(t)
		change(in.Setup)
		return in
	}
	tenant := func(id, role string) any {
		return contract.SearchRequest{Tenant: &contract.SearchTenant{TenantID: id, RoleARN: role}}
	}
	both := deployment(t)
	both.Tenant = tenantRequest("acme", false).Tenant
	for name, in := range map[string]any{
		"nothing": map[string]any{}, "null": nil, "both": both, "text": "setup", "an unknown field": map[string]any{"delete": "all"},
		"another index":           setup(func(s *contract.SearchSetup) { s.Index = "other" }),
		"no template":             setup(func(s *contract.SearchSetup) { s.Template = json.RawMessage("null") }),
		"a template of more":      setup(func(s *contract.SearchSetup) { s.Template = json.RawMessage(`{"index_patterns":["*"]}`) }),
		"the domain's own role":   setup(func(s *contract.SearchSetup) { s.Roles[0].Name = "all_access" }),
		"a path for a role":       setup(func(s *contract.SearchSetup) { s.Roles[0].Name = "flowops_/../all_access" }),
		"a role of all indexes":   setup(func(s *contract.SearchSetup) { s.Roles[0].IndexPatterns = []string{"*"} }),
		"everybody a backend":     setup(func(s *contract.SearchSetup) { s.Roles[0].BackendRoles = []string{"*"} }),
		"no tenant":               tenant("", agentRole),
		"all tenants":             tenant("*", agentRole+"acme"),
		"a path for a tenant":     tenant("acme/x", agentRole+"acme"),
		"no role":                 tenant("acme", ""),
		"a role of the platform":  tenant("acme", writerARN),
		"a role of other account": tenant("acme", strings.Replace(agentRole, "111111111111", "222222222222", 1)+"acme"),
		"a pattern":               tenant("acme", agentRole+"*"),
	} {
		t.Run(name, func(t *testing.T) {
			report, err := invoke(t, h, in)
			if typeName(err) != "InvalidRequest" || report != nil {
				t.Errorf("%v, %v", report, err)
			}
		})
	}
	if _, err := h.handle(handlertest.Context(), json.RawMessage(`{"tenant":{"tenantId":"acme"}} {}`)); typeName(err) != "InvalidRequest" {
		t.Errorf("two requests: %v", err)
	}
	if len(s.Calls()) > 0 || !strings.Contains(log.String(), "invalid request") {
		t.Errorf("%d requests, log %s", len(s.Calls()), log)
	}
}

// typeName is the name by which callers see an error.
func typeName(err error) string {
	if err == nil {
		return ""
	}
	return reflect.TypeOf(err).Name()
}

func TestErrorsHaveNames(t *testing.T) {
	refuse := func(status int, path string) func(int, searchtest.Call) *searchtest.Fault {
		return func(_ int, c searchtest.Call) *searchtest.Fault {
			if !strings.HasPrefix(c.Path, path) {
				return nil
			}
			return &searchtest.Fault{Status: status, Body: `{"error":{"type":"some_exception","reason":"confidential"}}`}
		}
	}
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "not authorized to perform: sts:AssumeRole"}
	tests := []struct {
		name   string
		faults func(int, searchtest.Call) *searchtest.Fault
		sts    error
		in     contract.SearchRequest
		want   string
	}{
		{"the domain is not there", refuse(503, "/"), nil, deployment(t), contract.ErrorTransient},
		{"the domain breaks off", refuse(0, "/_index_template"), nil, deployment(t), contract.ErrorTransient},
		{"throttled", refuse(429, "/_plugins"), nil, deployment(t), contract.ErrorTransient},
		{"the domain refuses", refuse(403, "/"), nil, deployment(t), "AccessRefused"},
		{"STS refuses", nil, denied, deployment(t), "AccessRefused"},
		{"STS is out of reach", nil, errors.New("no route"), deployment(t), contract.ErrorTransient},
		{"a template that is refused", refuse(400, "/_index_template"), nil, deployment(t), "SearchFailed"},
		{"a tenant before the setup", nil, nil, tenantRequest("acme", false), "NotPrepared"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := searchtest.New(t)
			h, taker, log := testHandler(t, s)
			s.Faults, taker.err, h.waitFor = tt.faults, tt.sts, 200*time.Millisecond
			report, err := invoke(t, h, tt.in)
			if typeName(err) != tt.want || report != nil {
				t.Errorf("%s: %v, %v", typeName(err), report, err)
			}
			if strings.Contains(log.String()+err.Error(), "confidential") || !strings.Contains(log.String(), `"ERROR"`) {
				t.Errorf("log %s\nerror %v", log, err)
			}
		})
	}
}

// A domain that was just made is waited for.
func TestWaitsForTheDomain(t *testing.T) {
	s := searchtest.New(t)
	h, taker, _ := testHandler(t, s)
	taker.err, taker.until = &smithy.GenericAPIError{Code: "AccessDenied"}, 4
	s.Faults = func(number int, _ searchtest.Call) *searchtest.Fault {
		if number > 15 {
			return nil
		}
		return &searchtest.Fault{Status: 503, Body: "OpenSearch Security not initialized."}
	}
	if _, err := invoke(t, h, deployment(t)); err != nil {
		t.Error(err)
	}
	for _, c := range s.Calls()[:15] {
		if c.Path != "/_cluster/health" {
			t.Errorf("%s before the domain is there", c.Path)
		}
	}
}
