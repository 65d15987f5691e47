package docs

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flowops/flowops/contract"
)

// faults are what is wrong with an OpenAPI document of the routes: by OpenAPI's
// own schema, as JSON Schema, and by the route table. Nothing of it needs a
// network.
func faults(document []byte) []error {
	config := datamodel.NewDocumentConfiguration()
	config.Logger = slog.New(slog.DiscardHandler) // what it logs, it returns too
	parsed, err := libopenapi.NewDocumentWithConfiguration(document, config)
	if err != nil {
		return []error{fmt.Errorf("no OpenAPI document: %w", err)}
	}
	v, errs := validator.NewValidator(parsed)
	if len(errs) > 0 {
		return errs
	}
	var all []error
	if ok, wrong := v.ValidateDocument(); !ok {
		for _, w := range wrong {
			all = append(all, w)
			for _, s := range w.SchemaValidationErrors {
				all = append(all, fmt.Errorf("%s: %s", s.KeywordLocation, s.Reason))
			}
		}
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return append(all, fmt.Errorf("read the document: %w", err))
	}
	root, _ := tree.(map[string]any)
	if len(all) > 0 {
		return all
	}
	all = append(all, schemaFaults(root)...)
	return append(all, operationFaults(root)...)
}

// at is what a chain of keys leads to in nested objects; nil if to nothing.
func at(v any, keys ...string) any {
	for _, k := range keys {
		object, _ := v.(map[string]any)
		v = object[k]
	}
	return v
}

// described compiles the schemas of a document's components: a value is held
// against one by its name.
func described(root map[string]any) (map[string]*jsonschema.Schema, error) {
	const url = "flowops:openapi"
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource(url, root); err != nil {
		return nil, fmt.Errorf("add the document: %w", err)
	}
	schemas, _ := at(root, "components", "schemas").(map[string]any)
	all := map[string]*jsonschema.Schema{}
	var errs []error
	for name := range schemas {
		s, err := compiler.Compile(url + "#/components/schemas/" + name)
		if err != nil {
			errs = append(errs, err)
		}
		all[name] = s
	}
	return all, errors.Join(errs...)
}

// schemaFaults are schemas that are none, and examples of problems that are none.
func schemaFaults(root map[string]any) []error {
	schemas, err := described(root)
	if err != nil {
		return []error{err}
	}
	var all []error
	responses, _ := at(root, "components", "responses").(map[string]any)
	for name := range responses {
		if example := at(responses, name, "content", contract.MediaTypeProblem, "example"); example != nil {
			if err := schemas["Problem"].Validate(example); err != nil {
				all = append(all, fmt.Errorf("example of %s: %w", name, err))
			}
		}
	}
	return all
}

// operationFaults are where the operations are not those of the route table.
func operationFaults(root map[string]any) []error {
	want := map[string]contract.Route{}
	for _, r := range contract.Routes() {
		want[strings.ToLower(r.Method)+" "+r.Path] = r
	}
	var all []error
	ids := map[any]bool{}
	paths, _ := root["paths"].(map[string]any)
	for path, item := range paths {
		for method, o := range item.(map[string]any) {
			id := method + " " + path
			r, known := want[id]
			if !known {
				all = append(all, fmt.Errorf("%s is no route", id))
				continue
			}
			delete(want, id)
			if name := at(o, "operationId"); name == nil || ids[name] {
				all = append(all, fmt.Errorf("%s: operationId %v is missing or another's", id, name))
			} else {
				ids[name] = true
			}
			if err := operationFault(root, r, o); err != nil {
				all = append(all, fmt.Errorf("%s: %w", id, err))
			}
		}
	}
	for id := range want {
		all = append(all, fmt.Errorf("%s is missing", id))
	}
	return all
}

func operationFault(root map[string]any, r contract.Route, o any) error {
	var statuses []string
	for _, a := range r.Answers {
		statuses = append(statuses, fmt.Sprint(a.Status))
	}
	for _, s := range r.Errors() {
		statuses = append(statuses, fmt.Sprint(s))
	}
	statuses = append(statuses, "default")
	slices.Sort(statuses)
	responses, _ := at(o, "responses").(map[string]any)
	if got := slices.Sorted(maps.Keys(responses)); !slices.Equal(got, statuses) {
		return fmt.Errorf("answers %v, want %v", got, statuses)
	}
	if err := parameterFault(root, r, o); err != nil {
		return err
	}
	for _, a := range r.Answers {
		if located := at(o, "responses", fmt.Sprint(a.Status), "headers", "Location") != nil; located != a.Location {
			return fmt.Errorf("%d has a Location: %v, want %v", a.Status, located, a.Location)
		}
	}
	body := at(o, "requestBody", "content", "application/json", "schema", "$ref")
	if want := "#/components/schemas/" + r.Body; (r.Body == "") != (body == nil) || (body != nil && body != want) {
		return fmt.Errorf("takes %v, want %s", body, want)
	}
	security, _ := at(o, "security").([]any)
	if len(security) != 1 || at(security[0], "idToken") == nil || (at(security[0], "apiKey") != nil) != r.NeedsKey() {
		return fmt.Errorf("security is %v", security)
	}
	return nil
}

// parameterFault is where an operation takes other parameters than its route.
func parameterFault(root map[string]any, r contract.Route, o any) error {
	var got []string
	parameters, _ := at(o, "parameters").([]any)
	for _, p := range parameters {
		if ref, ok := at(p, "$ref").(string); ok {
			p = at(root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
		got = append(got, fmt.Sprintf("%v %v", at(p, "in"), at(p, "name")))
	}
	var want []string
	for _, segment := range strings.Split(r.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			want = append(want, "path "+strings.TrimSuffix(name, "}"))
		}
	}
	for _, name := range r.Query {
		want = append(want, "query "+name)
	}
	if r.Idempotent {
		want = append(want, "header "+contract.HeaderIdempotencyKey)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("takes the parameters %v, want %v", got, want)
	}
	return nil
}
