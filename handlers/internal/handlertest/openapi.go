package handlertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flowops/flowops/contract"
)

// Document is the API's OpenAPI document, which answers are held against.
type Document struct {
	schemas map[string]*jsonschema.Schema // by media type, status and operation: key
	known   map[string]map[string]bool    // statuses by "GET /tickets"
}

var openAPI = sync.OnceValues(readOpenAPI)

// OpenAPI reads docs/openapi.json.
func OpenAPI(t testing.TB) Document {
	t.Helper()
	d, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// repository is the nearest folder above the test's that has a go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

func readOpenAPI() (Document, error) {
	d := Document{schemas: map[string]*jsonschema.Schema{}, known: map[string]map[string]bool{}}
	dir, err := repository()
	if err != nil {
		return d, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "docs", "openapi.json"))
	if err != nil {
		return d, err
	}
	return d, d.read(text)
}

func (d Document) read(text []byte) error {
	type media struct{ Schema any }
	type response struct {
		Ref     string `json:"$ref"`
		Content map[string]media
	}
	var document struct {
		Paths      map[string]map[string]struct{ Responses map[string]response }
		Components struct{ Responses map[string]response }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("read the API's document: %w", err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read the API's document: %w", err)
	}
	const url = "flowops:openapi"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(url, tree); err != nil {
		return fmt.Errorf("read the API's document: %w", err)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for path, methods := range document.Paths {
		for method, operation := range methods {
			at := strings.ToUpper(method) + " " + path
			d.known[at] = map[string]bool{}
			for status, r := range operation.Responses {
				d.known[at][status] = true
				place := fmt.Sprintf("#/paths/%s/%s/responses/%s", escape.Replace(path), method, status)
				if name, shared := strings.CutPrefix(r.Ref, "#/components/responses/"); shared {
					r, place = document.Components.Responses[name], r.Ref
				}
				for kind := range r.Content {
					s, err := compiler.Compile(url + place + "/content/" + escape.Replace(kind) + "/schema")
					if err != nil {
						return fmt.Errorf("schema of %s %s: %w", at, status, err)
					}
					d.schemas[key(at, status, kind)] = s
				}
			}
		}
	}
	return nil
}

func key(at, status, media string) string { return at + " " + status + " " + media }

// Check reports where an answer to a request is not as the document says and not
// as the route table says: an unknown status, another media type, a body that is
// not of its schema or not of its Go type. Requests that are of no route are not
// in the document.
func (d Document) Check(t testing.TB, method, path string, response events.APIGatewayProxyResponse) {
	for _, fault := range d.faults(method, path, response) {
		t.Helper() // not before: within a fuzz target, the outer test may not be called
		t.Error(fault)
	}
}

func (d Document) faults(method, path string, response events.APIGatewayProxyResponse) []string {
	at, status := method+" "+path, strconv.Itoa(response.StatusCode)
	statuses, known := d.known[at]
	if !known {
		return nil
	}
	if !statuses[status] {
		return []string{fmt.Sprintf("%s: %s is none of its answers", at, status)}
	}
	body, faults := bodyOf(method, path, response)
	schema := d.schemas[key(at, status, response.Headers["Content-Type"])]
	if schema == nil {
		if body != nil || response.Body != "" {
			faults = append(faults, fmt.Sprintf("%s: %s has no body of type %q", at, status, response.Headers["Content-Type"]))
		}
		return faults
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(response.Body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		faults = append(faults, fmt.Sprintf("%s: body of %s: %v", at, status, err))
	}
	if body == nil {
		return faults
	}
	decoder := json.NewDecoder(strings.NewReader(response.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(body); err != nil {
		faults = append(faults, fmt.Sprintf("%s: body of %s is no %T: %v", at, status, body, err))
	}
	return faults
}

// bodyOf is a new value of the type that the route table gives an answer's body;
// nil for no body.
func bodyOf(method, path string, response events.APIGatewayProxyResponse) (any, []string) {
	if response.StatusCode >= 400 {
		return new(contract.Problem), nil
	}
	routes := contract.Routes()
	i := slices.IndexFunc(routes, func(r contract.Route) bool { return r.Method == method && r.Path == path })
	if i < 0 {
		return nil, []string{fmt.Sprintf("%s %s is in the document and not in the table", method, path)}
	}
	for _, a := range routes[i].Answers {
		if a.Status != response.StatusCode {
			continue
		}
		var faults []string
		if a.Location != (response.Headers["Location"] != "") {
			faults = []string{fmt.Sprintf("%s %s: Location is %q", method, path, response.Headers["Location"])}
		}
		if a.Body == nil {
			return nil, faults
		}
		return reflect.New(reflect.TypeOf(a.Body)).Interface(), faults
	}
	return nil, []string{fmt.Sprintf("%s %s: the table has no answer %d", method, path, response.StatusCode)}
}
