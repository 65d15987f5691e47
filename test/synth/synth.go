// Package synth synthesizes stacks for tests and reads what came out.
package synth

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/flowops/flowops/internal/kernel"
)

// Document is the synthesized JSON of a stack.
type Document map[string]any

// Resource is one resource of a document.
type Resource struct {
	Type, Name, Path string
	Attributes       map[string]any
}

// Documents synthesizes what build makes, and returns each stack's document by
// its name.
func Documents(t testing.TB, build func(app cdktf.App)) map[string]Document {
	t.Helper()
	kernel.Quiet()
	dir := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(dir)})
	build(app)
	app.Synth()
	files, err := filepath.Glob(filepath.Join(dir, "stacks", "*", "cdk.tf.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing was synthesized: %v", err)
	}
	documents := map[string]Document{}
	for _, f := range files {
		documents[filepath.Base(filepath.Dir(f))] = Read(t, f)
	}
	return documents
}

// Read reads a stack's document.
func Read(t testing.TB, file string) Document {
	t.Helper()
	d, err := ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ReadFile reads a stack's document.
func ReadFile(file string) (Document, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return d, nil
}

// Resources are the document's resources of a type, or all of them for "".
func (d Document) Resources(kind string) []Resource {
	var found []Resource
	all, _ := d["resource"].(map[string]any)
	for k, named := range all {
		if kind != "" && k != kind {
			continue
		}
		for name, attributes := range named.(map[string]any) {
			a := attributes.(map[string]any)
			found = append(found, Resource{Type: k, Name: name, Path: constructPath(a), Attributes: a})
		}
	}
	return found
}

// One is the resource of that type whose construct path ends in suffix; any
// other count than one fails the test.
func (d Document) One(t testing.TB, kind, suffix string) Resource {
	t.Helper()
	var found []Resource
	for _, r := range d.Resources(kind) {
		if r.Path == suffix || strings.HasSuffix(r.Path, "/"+suffix) || suffix == "" {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d resources %s with path .../%s, want 1", len(found), kind, suffix)
	}
	return found[0]
}

// Get follows keys and list indexes into the attributes: Get("rule", 0, "id").
// It is nil where the way ends.
func (r Resource) Get(steps ...any) any { return Get(r.Attributes, steps...) }

// Get follows keys and list indexes into v. A block that CDKTF wrote as an
// object answers to index 0 too.
func Get(v any, steps ...any) any {
	for _, s := range steps {
		switch key := s.(type) {
		case string:
			if list, ok := v.([]any); ok && len(list) == 1 {
				v = list[0]
			}
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			list, ok := v.([]any)
			if !ok {
				if key != 0 {
					return nil
				}
				continue
			}
			if key >= len(list) {
				return nil
			}
			v = list[key]
		}
	}
	return v
}

// JSON parses an attribute that holds JSON, such as a policy.
func (r Resource) JSON(t testing.TB, steps ...any) map[string]any {
	t.Helper()
	text, _ := r.Get(steps...).(string)
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s %v is no JSON object: %v", r.Path, steps, err)
	}
	return m
}

func constructPath(attributes map[string]any) string {
	p, _ := Get(attributes, "//", "metadata", "path").(string)
	return p
}

// Main runs a package's tests, with a Node process behind them that loads fast
// and ends with them. A
// package whose tests synthesize has it as its TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(synth.Main(m)) }
func Main(m *testing.M) int {
	kernel.Open()
	code := m.Run()
	kernel.Close()
	return code
}

// Stack is an empty stack with a provider and local state.
func Stack(app cdktf.App, id string) cdktf.TerraformStack {
	stack := cdktf.NewTerraformStack(app, jsii.String(id))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	return stack
}

// File is the path of a small file of that name.
func File(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
