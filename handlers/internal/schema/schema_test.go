package schema_test

import (
	"strings"
	"testing"

	"github.com/flowops/flowops/handlers/internal/schema"
)

func TestCheck(t *testing.T) {
	s, err := schema.Model("ActionRequest")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"a decision":            {`{"actionId":"a","decision":"refuse"}`, ""},
		"an input":              {`{"input":{},"ticketId":"t"}`, ""},
		"no JSON":               {`{`, "body: is not JSON"},
		"more than one value":   {`{} {}`, "body: is not JSON"},
		"neither form":          {`{}`, "input: is missing"},
		"half a decision":       {`{"actionId":"a"}`, "decision: is missing"},
		"a decision and more":   {`{"actionId":"a","decision":"confirm","ticketId":"t"}`, "body: has 1 properties that it may not have"},
		"both forms":            {`{"actionId":"a","decision":"confirm","input":{}}`, "body: has 1 properties that it may not have"},
		"a wrong decision":      {`{"actionId":"a","decision":"secret"}`, "decision: must be one of [confirm refuse]"},
		"an input that is text": {`{"input":"secret"}`, "input: must be of type object"},
		"a wrong id":            {`{"input":{},"ticketId":"secret words"}`, "ticketId: is not of the form ^[A-Za-z0-9_-]{1,64}$"},
	} {
		var got []string
		for _, w := range s.Check([]byte(tt.text)) {
			got = append(got, w.Field+": "+w.Detail)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if value, wrong := s.Read([]byte(`{"input":{"n":1e400}}`)); len(wrong) > 0 || value.(map[string]any)["input"] == nil {
		t.Errorf("%v, %v", value, wrong)
	}
	if _, err := schema.Model("Nothing"); err == nil {
		t.Error("an unknown model is found")
	}
	for _, text := range []string{"{", `{"type":"nothing"}`, `{"$ref":"#/no"}`} {
		if _, err := schema.Compile("x", []byte(text)); err == nil {
			t.Errorf("%s compiles", text)
		}
	}
}

// Formats count: a schema that names one means it.
func TestFormats(t *testing.T) {
	s, err := schema.Compile("x", []byte(`{"type":"string","format":"date-time"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Check([]byte(`"yesterday"`)); len(got) != 1 || got[0].Detail != "must be a date-time" {
		t.Errorf("%v", got)
	}
	if got := s.Check([]byte(`"2026-01-02T03:04:05Z"`)); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
