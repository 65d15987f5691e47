package validation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // for its schema
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// object is a JSON object of a report.
type object = map[string]any

// schemaPackage carries the JSON schema of SARIF 2.1.0 (OASIS, errata 01), as an
// unexported constant. Its own types and validation are not used: they lose
// what they don't know before they judge.
const schemaPackage = "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

// sarifSchema compiles the schema that the package's source holds.
var sarifSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	found, err := build.Import(schemaPackage, ".", build.FindOnly)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", schemaPackage, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(found.Dir, "schema.go"), nil, 0)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	for node := range ast.Preorder(file) {
		constant, ok := node.(*ast.ValueSpec)
		if !ok || constant.Names[0].Name != "schema" {
			continue
		}
		text, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		tree, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource("sarif:schema", tree); err != nil {
			return nil, fmt.Errorf("add the schema: %w", err)
		}
		return compiler.Compile("sarif:schema")
	}
	return nil, fmt.Errorf("%s holds no schema", schemaPackage)
})

// sarifFault holds a report against the schema.
func sarifFault(text []byte) error {
	schema, err := sarifSchema()
	if err != nil {
		return err
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	return schema.Validate(tree)
}

func sarifText(t *testing.T, r Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.SARIF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// everyFinding has a finding of each class, each with and without a suppression.
func everyFinding() Report {
	r := sample()
	for _, class := range []Class{Violation, Unreadable, Failure, Suppression} {
		for _, suppressed := range []bool{false, true} {
			f := r.Findings[0]
			f.Class, f.Suppressed, f.Part = class, suppressed, "Sid"
			if suppressed {
				f.Severity, f.Justification = Warning, reason
			}
			r.Findings = append(r.Findings, f)
		}
	}
	return r
}

func TestSARIFFollowsItsSchema(t *testing.T) {
	// Judged as of another environment, prod breaks the rules about tags.
	prod := Check(prodStacks(t), Options{Environment: "prod", Protected: true, Tags: map[string]string{"Environment": "dev"}})
	if len(prod.Errors()) == 0 || len(prod.Suppressed()) == 0 {
		t.Fatalf("%d errors, %d suppressed", len(prod.Errors()), len(prod.Suppressed()))
	}
	for name, report := range map[string]Report{"empty": {}, "sample": sample(), "every class": everyFinding(), "prod": prod} {
		t.Run(name, func(t *testing.T) {
			if err := sarifFault(sarifText(t, report)); err != nil {
				t.Error(err)
			}
		})
	}
}

// The check sees what is wrong: each of these reports is refused.
func TestSARIFFaultsAreSeen(t *testing.T) {
	text := sarifText(t, sample())
	run := func(d object) object { return d["runs"].([]any)[0].(object) }
	driver := func(d object) object { return run(d)["tool"].(object)["driver"].(object) }
	rule := func(d object) object { return driver(d)["rules"].([]any)[0].(object) }
	result := func(d object) object { return run(d)["results"].([]any)[2].(object) }
	place := func(d object) object { return result(d)["locations"].([]any)[0].(object) }
	suppression := func(d object) object { return result(d)["suppressions"].([]any)[0].(object) }
	for name, spoil := range map[string]func(object){
		"no version":                   func(d object) { delete(d, "version") },
		"another version":              func(d object) { d["version"] = "2.2.0" },
		"no runs":                      func(d object) { delete(d, "runs") },
		"no tool":                      func(d object) { delete(run(d), "tool") },
		"no driver":                    func(d object) { delete(run(d)["tool"].(object), "driver") },
		"no name":                      func(d object) { delete(driver(d), "name") },
		"a rule without id":            func(d object) { delete(rule(d), "id") },
		"a rule twice":                 func(d object) { driver(d)["rules"] = append(driver(d)["rules"].([]any), rule(d)) },
		"a description without text":   func(d object) { delete(rule(d)["shortDescription"].(object), "text") },
		"a description that is text":   func(d object) { rule(d)["help"] = "Set the key." },
		"no message":                   func(d object) { delete(result(d), "message") },
		"a message without text":       func(d object) { delete(result(d)["message"].(object), "text") },
		"a level that is none":         func(d object) { result(d)["level"] = "fatal" },
		"a level in capitals":          func(d object) { result(d)["level"] = "Error" },
		"an index below none":          func(d object) { result(d)["ruleIndex"] = -2 },
		"an index that is text":        func(d object) { result(d)["ruleIndex"] = "1" },
		"an unknown property":          func(d object) { result(d)["severity"] = "error" },
		"an unknown property of a run": func(d object) { run(d)["stacks"] = []any{} },
		"a place that is text":         func(d object) { place(d)["physicalLocation"] = "stacks/data" },
		"a name that is a number":      func(d object) { place(d)["logicalLocations"].([]any)[0].(object)["fullyQualifiedName"] = 7 },
		"a suppression without kind":   func(d object) { delete(suppression(d), "kind") },
		"a suppression of no kind":     func(d object) { suppression(d)["kind"] = "waiver" },
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
			err = sarifFault(spoiled)
			if err == nil {
				t.Fatal("is not seen")
			}
			_, why, _ := strings.Cut(err.Error(), "\n")
			t.Log(why)
		})
	}
}
