package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tenantPackage is the one that opens tenants' data.
const tenantPackage = "handlers/internal/tenant"

// dataServices hold tenants' data.
var dataServices = map[string]bool{
	"github.com/aws/aws-sdk-go-v2/service/dynamodb": true,
	"github.com/aws/aws-sdk-go-v2/service/s3":       true,
}

// clientMakers make clients of them, with whichever credentials.
var clientMakers = map[string]bool{"New": true, "NewFromConfig": true, "NewPresignClient": true}

// platformClients are the functions whose client is not for tenants' data.
var platformClients = map[string]string{
	"handlers/agentprovisioner": "reads the agent's definition in the agent bucket, which is no tenant's",
}

// Handlers reach tenants' data through a tenant.Scope: nowhere else is a client
// of it made.
func TestOnlyTheTenantPackageOpensTenantData(t *testing.T) {
	files, err := filepath.Glob("../../handlers/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("../../handlers/internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, file := range append(files, deeper...) {
		folder := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(filepath.ToSlash(file), "../../")))
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, made := range clientsMade(t, file) {
			found[folder] = true
			if folder != tenantPackage && platformClients[folder] == "" {
				t.Errorf("%s makes a client by %s: take a tenant.Scope", file, made)
			}
		}
	}
	if !found[tenantPackage] {
		t.Errorf("%s makes no client: this test looks for the wrong thing", tenantPackage)
	}
}

// clientsMade are the uses of clientMakers of dataServices in a file.
func clientsMade(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, i := range parsed.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if !dataServices[path] {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		names[name] = true
	}
	var made []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && clientMakers[s.Sel.Name] {
			if x, ok := s.X.(*ast.Ident); ok && names[x.Name] {
				made = append(made, x.Name+"."+s.Sel.Name)
			}
		}
		return true
	})
	return made
}
