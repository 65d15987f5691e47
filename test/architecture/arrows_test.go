// Package architecture holds the shape of the project: which package may know
// which, and what every package and every module file owes.
package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/flowops/flowops"

type pkg struct {
	ImportPath string
	Doc        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

// list runs `go list` on the whole module.
func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Doc,GoFiles,Imports,Deps", module+"/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %s", exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// arrows says for each room of the house which rooms it may look into. A room
// is a folder; a deeper folder belongs to the nearest room above it.
var arrows = map[string][]string{
	"":                        {"envs", "stacks", "internal/bundle", "internal/kernel", "internal/synthesis"},
	"contract":                {},
	"envs":                    {"contract"},
	"constructs":              {"contract"},
	"stacks":                  {"constructs", "contract", "envs"},
	"validation":              {"contract"},
	"handlers":                {"contract"},
	"internal/bundle":         {"contract"},
	"internal/fastload":       {},
	"internal/fastload/bench": {"internal/bundle"},
	"internal/kernel":         {"internal/fastload"},
	"internal/manifest":       {},
	"internal/openapi":        {"contract"},
	"internal/synthesis":      {"constructs", "envs", "internal/kernel", "internal/manifest", "validation"},
	"internal/verdict":        {"internal/manifest"},
	"test":                    {"constructs", "contract", "envs", "stacks", "validation", "internal/bundle", "internal/kernel", "internal/openapi", "internal/synthesis", "internal/verdict"},
}

func room(path string) (string, bool) {
	for {
		if _, ok := arrows[path]; ok {
			return path, true
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return "", path == ""
		}
		path = path[:i]
	}
}

func TestArrowsGoOneWay(t *testing.T) {
	for _, p := range list(t) {
		from, ok := room(strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/"))
		if !ok {
			t.Errorf("%s is in no room: give it one in the table of arrows", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module+"/") {
				continue
			}
			to, _ := room(strings.TrimPrefix(imported, module+"/"))
			if to == from {
				continue
			}
			allowed := arrows[from]
			if !contains(allowed, to) {
				t.Errorf("%s imports %s: %s may know only %v. Move what both need into contract, or turn the arrow round", p.ImportPath, imported, or(from, "main"), allowed)
			}
		}
	}
}

// The functions are deployed: nothing of the tools that describe the platform
// belongs into them.
func TestHandlersDoNotKnowCDKTF(t *testing.T) {
	for _, p := range list(t) {
		if !strings.HasPrefix(p.ImportPath, module+"/handlers/") {
			continue
		}
		for _, d := range p.Deps {
			for _, banned := range []string{"terraform-cdk-go", "cdktf-provider-aws-go", "constructs-go", "jsii-runtime-go", module + "/stacks", module + "/constructs", module + "/envs"} {
				if strings.Contains(d, banned) {
					t.Errorf("%s depends on %s", p.ImportPath, d)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range list(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func TestModuleReplacesNothing(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Replace []any
		Exclude []any
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace)+len(mod.Exclude) > 0 {
		t.Errorf("go.mod replaces or excludes modules: %v %v", mod.Replace, mod.Exclude)
	}
	pinned := map[string]string{
		"github.com/hashicorp/terraform-cdk-go/cdktf":    "v0.21.0",
		"github.com/cdktf/cdktf-provider-aws-go/aws/v19": "v19.65.1",
		"github.com/aws/constructs-go/constructs/v10":    "v10.4.2",
		"github.com/aws/jsii-runtime-go":                 "v1.112.0",
	}
	for _, r := range mod.Require {
		if want, ok := pinned[r.Path]; ok && r.Version != want {
			t.Errorf("%s is at %s; the binding is built for %s", r.Path, r.Version, want)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
