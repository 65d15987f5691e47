package openapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

const contractDir = "../../contract"

func TestJSONIsTheSameEachTime(t *testing.T) {
	first, err := JSON(contractDir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := JSON(contractDir)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("not the same: %v", err)
	}
	if _, err := JSON("testdata/nothing"); err == nil {
		t.Error("descriptions come from nowhere")
	}
}

// What is not complete is not described.
func TestBuildRefuses(t *testing.T) {
	tickets := slices.IndexFunc(contract.Routes(), func(r contract.Route) bool { return r.Name == "createTicket" })
	for name, tt := range map[string]struct {
		change func(*contract.Route)
		want   string
	}{
		"no answer":              {func(r *contract.Route) { r.Answers = nil }, "no answer"},
		"a name that is taken":   {func(r *contract.Route) { r.Name = "listTickets" }, "two operations"},
		"a route that is taken":  {func(r *contract.Route) { r.Method = "GET" }, "stands twice"},
		"no model":               {func(r *contract.Route) { r.Body = "Nothing" }, "read model Nothing"},
		"a parameter's words":    {func(r *contract.Route) { r.Query = []string{"color"} }, "parameter color"},
		"a path parameter's":     {func(r *contract.Route) { r.Path = "/tickets/{color}" }, "parameter color"},
		"a group's words":        {func(r *contract.Route) { r.Path = "/paint" }, `describe "paint"`},
		"a type named as model":  {func(r *contract.Route) { r.Answers = []contract.Answer{{Status: 200, Body: TicketCreate{}}} }, "both called"},
		"a body that is no type": {func(r *contract.Route) { r.Answers = []contract.Answer{{Status: 200, Body: map[string]string{}}} }, "no name"},
	} {
		t.Run(name, func(t *testing.T) {
			routes := contract.Routes()
			tt.change(&routes[tickets])
			if _, err := Build(routes, contractDir); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want one with %q", err, tt.want)
			}
		})
	}
}

// TicketCreate has the name of a model.
type TicketCreate struct{}

// Values of a property that is not there were meant for another: a renamed one.
func TestRefineRefuses(t *testing.T) {
	a, err := newAnswerTypes(contractDir)
	if err != nil {
		t.Fatal(err)
	}
	a.add(typeOf(contract.Ticket{}))
	if err := a.refine(map[string][]string{"Ticket.state": {"open"}}); err == nil || !strings.Contains(err.Error(), "Ticket.state") {
		t.Errorf("%v", err)
	}
	if err := a.refine(map[string][]string{"Document.status": {"pending"}}); err != nil {
		t.Errorf("of a type that is not described: %v", err)
	}
}

func TestTypes(t *testing.T) {
	a, err := newAnswerTypes(contractDir)
	if err != nil {
		t.Fatal(err)
	}
	a.add(typeOf(contract.FullDocument{}))
	a.add(typeOf(contract.Page[contract.Ticket]{}))
	a.add(typeOf(contract.Action{}))
	if err := a.refine(values); err != nil {
		t.Fatal(err)
	}
	at := func(name string, path ...string) any {
		t.Helper()
		text, err := json.Marshal(a.defined[name])
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		for _, key := range path {
			object, _ := v.(map[string]any)
			v = object[key]
		}
		return v
	}
	statuses := []any{"pending", "approved", "rejected", "indexed", "failed"}
	for name, c := range map[string]struct{ got, want any }{
		"values":                      {at("Document", "properties", "status", "enum"), statuses},
		"values of an embedded type":  {at("FullDocument", "properties", "status", "enum"), statuses},
		"a time":                      {at("Document", "properties", "createdAt"), map[string]any{"type": "string", "format": "date-time"}},
		"a type of the document's":    {at("FullDocument", "properties", "download", "$ref"), "#/components/schemas/Transfer"},
		"a list of them":              {at("FullDocument", "properties", "versions", "items", "$ref"), "#/components/schemas/Document"},
		"a generic type":              {at("TicketPage", "properties", "items", "items", "$ref"), "#/components/schemas/Ticket"},
		"what may be missing":         {at("TicketPage", "required"), []any{"items"}},
		"a generic type's words":      {at("TicketPage", "properties", "nextCursor", "description"), "Where the next page begins; empty at the list's end."},
		"words of an embedded type":   {at("FullDocument", "properties", "version", "description"), "Of the content: 1, 2, 3."},
		"the first sentence of words": {at("Ticket", "description"), "Ticket is a request for help."},
		"what stays inside":           {at("Document", "properties", "s3Key"), nil},
		"any object":                  {at("Action", "properties", "input", "anyOf"), []any{map[string]any{"type": "object"}, map[string]any{"type": "null"}}},
		"open":                        {at("Ticket", "additionalProperties"), nil},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestModern(t *testing.T) {
	for name, c := range map[string]struct{ draft4, want string }{
		"bounds": {
			`{"$schema":"http://json-schema.org/draft-04/schema#","title":"X","minimum":1,"exclusiveMinimum":true,"maximum":9,"exclusiveMaximum":false}`,
			`{"exclusiveMinimum":1,"maximum":9}`,
		},
		"inner schemas": {
			`{"properties":{"id":{"items":{"maximum":2,"exclusiveMaximum":true}}},"oneOf":[{"not":{"minimum":3,"exclusiveMinimum":true}}],"additionalProperties":false}`,
			`{"properties":{"id":{"items":{"exclusiveMaximum":2}}},"oneOf":[{"not":{"exclusiveMinimum":3}}],"additionalProperties":false}`,
		},
		"a property called as a keyword": {`{"properties":{"id":{"type":"string"},"$schema":{},"dependencies":{}}}`, `{"properties":{"id":{"type":"string"},"$schema":{},"dependencies":{}}}`},
		"another base":                   {`{"id":"x"}`, ""},
		"definitions":                    {`{"properties":{"a":{"definitions":{}}}}`, ""},
		"items by place":                 {`{"items":[{"type":"string"}]}`, ""},
		"dependencies":                   {`{"oneOf":[{"dependencies":{}}]}`, ""},
		"no schema":                      {`[]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := modern([]byte(c.draft4))
			if c.want == "" {
				if err == nil {
					t.Errorf("is %v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
