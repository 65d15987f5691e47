package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flowops/flowops/internal/openapi"
	"github.com/flowops/flowops/test/keep"
)

const openAPI = "docs/openapi.json"

func openAPIText(t *testing.T) []byte {
	t.Helper()
	text, err := openapi.JSON(root + "/contract")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type noNetwork struct{}

func (noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network")
}

func withoutNetwork(t *testing.T) {
	t.Helper()
	before := http.DefaultTransport
	http.DefaultTransport = noNetwork{}
	t.Cleanup(func() { http.DefaultTransport = before })
}

func TestOpenAPI(t *testing.T) {
	withoutNetwork(t)
	text := openAPIText(t)
	for _, err := range faults(text) {
		t.Error(err)
	}
	keep.File(t, filepath.Join(root, openAPI), string(text), "docs")
}

// The checks see what is wrong: each of these documents is refused.
func TestOpenAPIFaultsAreSeen(t *testing.T) {
	withoutNetwork(t)
	text := openAPIText(t)
	type object = map[string]any
	operation := func(d object, path, method string) object { return at(d, "paths", path, method).(object) }
	schema := func(d object, name string) object { return at(d, "components", "schemas", name).(object) }
	for name, spoil := range map[string]func(object){
		"no version":               func(d object) { delete(d, "openapi") },
		"no title":                 func(d object) { delete(d["info"].(object), "title") },
		"no responses":             func(d object) { operation(d, "/tickets", "get")["responses"] = "none" },
		"a response without words": func(d object) { delete(at(d, "components", "responses", "NotFound").(object), "description") },
		"an error less":            func(d object) { delete(operation(d, "/tickets", "get")["responses"].(object), "503") },
		"an answer less":           func(d object) { delete(operation(d, "/tickets", "post")["responses"].(object), "201") },
		"an error more": func(d object) {
			operation(d, "/tickets", "get")["responses"].(object)["418"] = object{"description": "x"}
		},
		"a reference to nothing": func(d object) {
			schema(d, "Transcript")["properties"].(object)["messages"] = object{"$ref": "#/components/schemas/Nothing"}
		},
		"a reference to a response": func(d object) {
			operation(d, "/tickets", "get")["responses"].(object)["404"] = object{"$ref": "#/components/responses/No"}
		},
		"a reference to elsewhere": func(d object) {
			schema(d, "Ticket")["properties"].(object)["subject"] = object{"$ref": "https://example.com/x.json"}
		},
		"a reference to a header": func(d object) {
			at(d, "components", "responses", "NotFound").(object)["headers"].(object)["X-Request-Id"] = object{"$ref": "#/components/headers/No"}
		},
		"a reference to a parameter": func(d object) {
			operation(d, "/tickets", "post")["parameters"].([]any)[0] = object{"$ref": "#/components/parameters/No"}
		},
		"a reference to a model": func(d object) {
			at(operation(d, "/tickets", "post"), "requestBody", "content", "application/json").(object)["schema"] = object{"$ref": "#/components/schemas/No"}
		},
		"a reference to an answer's type": func(d object) {
			at(operation(d, "/tickets", "post"), "responses", "201", "content", "application/json").(object)["schema"] = object{"$ref": "#/components/schemas/No"}
		},
		"a reference in a list's items": func(d object) {
			schema(d, "TicketPage")["properties"].(object)["items"].(object)["items"] = object{"$ref": "#/components/schemas/No"}
		},
		"a parameter less":   func(d object) { operation(d, "/tickets/{id}", "get")["parameters"] = []any{} },
		"no idempotency key": func(d object) { delete(operation(d, "/tickets", "post"), "parameters") },
		"no place of what is made": func(d object) {
			delete(at(operation(d, "/tickets", "post"), "responses", "201", "headers").(object), "Location")
		},
		"a schema that is none": func(d object) { schema(d, "Ticket")["type"] = "ticket" },
		"draft 4's bounds": func(d object) {
			schema(d, "Ticket")["properties"].(object)["severity"].(object)["exclusiveMinimum"] = true
		},
		"one name twice": func(d object) { operation(d, "/tickets", "get")["operationId"] = "createTicket" },
		"no name":        func(d object) { delete(operation(d, "/tickets", "get"), "operationId") },
		"a route less":   func(d object) { delete(d["paths"].(object), "/chat") },
		"a method less":  func(d object) { delete(at(d, "paths", "/tickets").(object), "post") },
		"a route more":   func(d object) { at(d, "paths", "/chat").(object)["delete"] = operation(d, "/documents/{id}", "delete") },
		"no model":       func(d object) { delete(operation(d, "/tickets", "post"), "requestBody") },
		"no token":       func(d object) { operation(d, "/tickets", "get")["security"] = []any{} },
		"no API key":     func(d object) { delete(operation(d, "/tickets", "get")["security"].([]any)[0].(object), "apiKey") },
		"a path parameter not required": func(d object) {
			delete(operation(d, "/tickets/{id}", "get")["parameters"].([]any)[0].(object), "required")
		},
		"an example that is no problem": func(d object) {
			delete(at(d, "components", "responses", "Conflict", "content", "application/problem+json", "example").(object), "status")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var d object
			if err := json.Unmarshal(text, &d); err != nil {
				t.Fatal(err)
			}
			spoil(d)
			spoiled, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			all := faults(spoiled)
			if len(all) == 0 {
				t.Error("is not seen")
			}
			t.Log(errors.Join(all...))
		})
	}
}

var example = regexp.MustCompile("(?s)```json (\\w+)\n(.*?)```")

// Each example of docs/api.md is of the schema that it names.
func TestAPIExamples(t *testing.T) {
	var d map[string]any
	if err := json.Unmarshal(openAPIText(t), &d); err != nil {
		t.Fatal(err)
	}
	schemas, err := described(d)
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, "docs/api.md")
	examples := example.FindAllStringSubmatch(page, -1)
	if len(examples) < 3 || len(examples) != strings.Count(page, "```json") {
		t.Errorf("%d examples name their schema", len(examples))
	}
	for _, m := range examples {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(m[2])))
		if err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		if schemas[m[1]] == nil {
			t.Errorf("there is no schema %s", m[1])
		} else if err := schemas[m[1]].Validate(value); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}
