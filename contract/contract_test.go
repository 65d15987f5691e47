package contract

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTenantID(t *testing.T) {
	for id, want := range map[string]bool{
		"acme": true, "acme-eu": true, "a1b": true, strings.Repeat("a", 32): true,
		"": false, "ab": false, "-acme": false, "acme-": false, "Acme": false, "acme#x": false, "acme/x": false, "acme*": false, "acme eu": false,
		strings.Repeat("a", 33): false, "acme\n": false,
	} {
		if ValidTenantID(id) != want {
			t.Errorf("ValidTenantID(%q) is %v", id, !want)
		}
	}
}

func TestEveryTableIsKeyedByTenant(t *testing.T) {
	for _, table := range Tables() {
		if err := table.Check(); err != nil {
			t.Errorf("%s: %v", table.Name, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		table Table
		want  string
	}{
		"no tenant in the key":        {Table{Name: "x", PK: Attribute{"PK", "TICKET#<id>"}, SK: Attribute{"SK", "s"}}, "must be"},
		"a neighbour of the prefix":   {Table{Name: "x", PK: Attribute{"PK", "TENANT#<t>x"}, SK: Attribute{"SK", "s"}}, "must be"},
		"no tenant in an index":       {Table{Name: "x", PK: pk(), SK: sk("s"), Indexes: []Index{gsi("GSI1", "STATUS#<s>", "t")}}, "index GSI1"},
		"an attribute that is shared": {Table{Name: "x", PK: pk(), SK: sk("s"), Indexes: []Index{{"GSI1", pk(), Attribute{"S2", "s"}}}}, "twice"},
		"no name":                     {Table{PK: pk(), SK: sk("s")}, "no name"},
	} {
		if err := c.table.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKey(t *testing.T) {
	got, err := Key("TENANT#<t>#STATUS#<status>", "acme", "open")
	if err != nil || got != "TENANT#acme#STATUS#open" {
		t.Errorf("%q, %v", got, err)
	}
	for _, values := range [][]string{{}, {"acme"}, {"acme", "open", "x"}, {"acme", ""}, {"acme", "open#x"}} {
		if got, err := Key("TENANT#<t>#STATUS#<status>", values...); err == nil {
			t.Errorf("Key(%v) is %q", values, got)
		}
	}
}

func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	used := map[string]bool{}
	for _, r := range Routes() {
		at := r.Method + " " + r.Path
		if seen[at] {
			t.Errorf("%s stands twice", at)
		}
		seen[at] = true
		if len(r.Roles) == 0 {
			t.Errorf("%s is for nobody", at)
		}
		hasBody := r.Method == "POST" || r.Method == "PUT" || r.Method == "PATCH"
		if hasBody != (r.Body != "") || hasBody != r.Idempotent {
			t.Errorf("%s: a write, and only a write, has a model and takes an idempotency key", at)
		}
		if r.Body != "" {
			used[r.Body] = true
			raw, err := Model(r.Body)
			if err != nil {
				t.Errorf("%s: %v", at, err)
				continue
			}
			var model struct {
				Schema     string `json:"$schema"`
				Title      string
				Properties map[string]any
				Additional *bool `json:"additionalProperties"`
			}
			if err := json.Unmarshal(raw, &model); err != nil {
				t.Errorf("%s: %v", r.Body, err)
			}
			if model.Title != r.Body || !strings.Contains(model.Schema, "draft-04") || model.Additional == nil || *model.Additional || len(model.Properties) == 0 {
				t.Errorf("%s: not a closed draft 4 schema of that title", r.Body)
			}
			// The tenant comes from the token. Only operators name one.
			if _, named := model.Properties["tenantId"]; named && !slices.Equal(r.Roles, []Role{RoleOperator}) {
				t.Errorf("%s takes a tenant from its body", at)
			}
		}
	}
	for _, r := range WebSocketRoutes() {
		if name := r.Model(); name != "" {
			used[name] = true
		}
	}
	files, err := models.ReadDir("models")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(used) {
		t.Errorf("%d models, %d used", len(files), len(used))
	}
	if _, err := Model("Nothing"); err == nil {
		t.Error("a model that is not there is found")
	}
}

// A chat message has the limits of a chat request, whichever way it comes.
func TestMessageModels(t *testing.T) {
	properties := func(name string) (p map[string]any) {
		t.Helper()
		raw, err := Model(name)
		if err != nil {
			t.Fatal(err)
		}
		var model struct {
			Properties map[string]any
			Additional *bool `json:"additionalProperties"`
		}
		if err := json.Unmarshal(raw, &model); err != nil || model.Additional == nil || *model.Additional || len(model.Properties) == 0 {
			t.Fatalf("%s: not a closed schema: %v", name, err)
		}
		return model.Properties
	}
	message := properties(RouteChat.Model())
	for name, limits := range properties("ChatRequest") {
		if !reflect.DeepEqual(message[name], limits) {
			t.Errorf("%s: %v, in a chat request %v", name, message[name], limits)
		}
	}
	for _, r := range []WebSocketRoute{RouteChat, RouteStatus} {
		p := properties(r.Model())
		if !reflect.DeepEqual(p["action"], map[string]any{"type": "string", "enum": []any{string(r)}}) || !reflect.DeepEqual(p["turnId"], map[string]any{"type": "string", "pattern": TurnIDPattern}) {
			t.Errorf("%s: %v", r, p)
		}
		if p["tenantId"] != nil {
			t.Errorf("%s takes a tenant", r)
		}
	}
	if RouteDefault.Model() != "" || RouteConnect.Model() != "" {
		t.Error("a route without messages of its own has a model")
	}
}

func TestAuditPlaces(t *testing.T) {
	places := map[string]string{
		ActionRequested: AuditRequest, ActionConfirmed: AuditDecision, ActionRefused: AuditDecision, ActionExpired: AuditDecision,
		ActionExecuted: AuditOutcome, ActionFailed: AuditOutcome, ActionTold: AuditTold, "": "", "other": "",
	}
	for step, want := range places {
		if got := AuditPlace(step); got != want {
			t.Errorf("%s stands at %q", step, got)
		}
	}
	if !slices.IsSorted([]string{AuditRequest, AuditDecision, AuditOutcome, AuditTold}) {
		t.Error("the places do not sort in the order of the steps")
	}
	if key, err := AuditKey("2026-01-02T03:04:05.678Z", "id", AuditRequest); err != nil || key != "ACTION#2026-01-02T03:04:05.678Z#id.1-request" {
		t.Errorf("%q, %v", key, err)
	}
}

func TestRoutesSayWhatTheyAnswer(t *testing.T) {
	names := map[string]bool{}
	for _, r := range Routes() {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
		if names[r.Name] {
			t.Errorf("two routes are called %s", r.Name)
		}
		names[r.Name] = true
		for name := range r.Values {
			if !slices.Contains(r.Query, name) && !strings.Contains(r.Path, "{"+name+"}") {
				t.Errorf("%s has values of %s, which it does not take", r.Name, name)
			}
		}
	}
	whole := Route{Method: "GET", Path: "/x", Name: "x", Summary: "x"}
	for name, answers := range map[string][]Answer{
		"none":                   nil,
		"an error":               {{Status: 404, Body: Problem{}}},
		"no status":              {{Body: Ticket{}}},
		"one status twice":       {{Status: 200, Body: Ticket{}}, {Status: 200, Body: Document{}}},
		"no body":                {{Status: 200}},
		"a body with no content": {{Status: 204, Body: Ticket{}}},
	} {
		r := whole
		r.Answers = answers
		if r.Check() == nil {
			t.Errorf("%s: is taken", name)
		}
	}
	whole.Answers = ok(Ticket{})
	for _, r := range []Route{{Answers: whole.Answers, Name: "x"}, {Answers: whole.Answers, Summary: "x"}} {
		if r.Check() == nil {
			t.Errorf("%+v is taken", r)
		}
	}
	if err := whole.Check(); err != nil {
		t.Error(err)
	}
}

func TestErrorsOfRoutes(t *testing.T) {
	for name, want := range map[string][]int{
		"listTickets":       {400, 401, 403, 429, 500, 502, 503, 504},
		"listConversations": {400, 401, 403, 422, 429, 500, 502, 503, 504},
		"getTicket":         {400, 401, 403, 404, 429, 500, 502, 503, 504},
		"createTicket":      {400, 401, 403, 413, 415, 422, 429, 500, 502, 503, 504},
		"updateTicket":      {400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503, 504},
	} {
		i := slices.IndexFunc(Routes(), func(r Route) bool { return r.Name == name })
		if got := Routes()[i].Errors(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// The values that a model takes are those that there are.
func TestModelsTakeTheValuesThatThereAre(t *testing.T) {
	var tools []string
	all, err := Tools()
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range all {
		tools = append(tools, tool.Name)
	}
	for at, want := range map[[2]string][]string{
		{"TicketCreate", "priority"}: TicketPriorities, {"TicketUpdate", "priority"}: TicketPriorities, {"TicketUpdate", "status"}: TicketStatuses,
		{"AgentCreate", "agentType"}: AgentTypes, {"AgentUpdate", "agentType"}: AgentTypes, {"AgentCreate", "tools"}: tools, {"AgentUpdate", "tools"}: tools,
	} {
		raw, err := Model(at[0])
		if err != nil {
			t.Fatal(err)
		}
		type values struct{ Enum []string }
		var model struct {
			Properties map[string]struct {
				values
				Items values
			}
		}
		if err := json.Unmarshal(raw, &model); err != nil {
			t.Fatal(err)
		}
		if got := slices.Concat(model.Properties[at[1]].Enum, model.Properties[at[1]].Items.Enum); !slices.Equal(got, want) {
			t.Errorf("%s takes %v, there are %v", at, got, want)
		}
	}
}

func TestTools(t *testing.T) {
	tools, err := Tools()
	if err != nil {
		t.Fatal(err)
	}
	confirm := map[string]bool{
		ToolSearchKnowledgeBase: false, ToolCreateTicket: true, ToolGetTicketHistory: false, ToolEscalateToHuman: false, ToolRequestLogs: true,
	}
	if len(tools) != len(confirm) {
		t.Fatalf("%d tools, want %d", len(tools), len(confirm))
	}
	for _, tool := range tools {
		want, known := confirm[tool.Name]
		if !known || tool.RequiresConfirmation != want {
			t.Errorf("%s: confirmation %v", tool.Name, tool.RequiresConfirmation)
		}
		var schema struct {
			Type       string
			Properties map[string]any
			Additional *bool `json:"additionalProperties"`
		}
		if err := json.Unmarshal(tool.InputSchema, &schema); err != nil || schema.Type != "object" || schema.Additional == nil || *schema.Additional {
			t.Errorf("%s: not a closed object schema: %v", tool.Name, err)
		}
		if _, named := schema.Properties["tenantId"]; named {
			t.Errorf("%s lets the model choose the tenant", tool.Name)
		}
	}
}

func TestFunctionsNameTheirVariablesOnce(t *testing.T) {
	for _, f := range Functions() {
		all := slices.Concat(CommonEnvironment, f.Environment)
		slices.Sort(all)
		if n := len(slices.Compact(slices.Clone(all))); n != len(all) {
			t.Errorf("%s names a variable twice", f.Name)
		}
	}
}

// What ingestion leaves on its way never looks like a document.
func TestWorkKey(t *testing.T) {
	if got := WorkKey("acme", "d1", 2); got != "tenants/acme/work/d1/00000002/" || strings.HasPrefix(got, DocumentKey("acme", "")) {
		t.Error(got)
	}
}
