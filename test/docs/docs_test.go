package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/internal/fastload"
	"github.com/flowops/flowops/stacks"
	"github.com/flowops/flowops/test/keep"
	"github.com/flowops/flowops/test/platform"
	"github.com/flowops/flowops/test/synth"
	"github.com/flowops/flowops/validation"
)

const root = "../.."

func TestGeneratedDocuments(t *testing.T) {
	documents := map[string]map[string]synth.Document{}
	for _, e := range envs.Names() {
		documents[e] = platform.Documents(t, platform.Config(t, e))
	}
	for name, text := range map[string]string{
		"docs/rules.md":  validation.Markdown(),
		"docs/stacks.md": stacksDocument(documents),
	} {
		keep.File(t, filepath.Join(root, name), text, "docs")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestReadmeListsEveryOverride(t *testing.T) {
	readme := read(t, "README.md")
	for _, o := range envs.Overrides() {
		if !strings.Contains(readme, "| `"+o.Variable+"` | `"+o.Field+"` | "+o.Help+" |") {
			t.Errorf("README has no row for %s: | `%s` | `%s` | %s |", o.Variable, o.Variable, o.Field, o.Help)
		}
	}
	for _, v := range regexp.MustCompile("FLOWOPS_[A-Z_]+").FindAllString(readme, -1) {
		known := v == "FLOWOPS_ENV" || v == fastload.Variable
		for _, o := range envs.Overrides() {
			known = known || o.Variable == v
		}
		if !known {
			t.Errorf("README names %s, which nothing reads", v)
		}
	}
}

func TestReadmeNamesEveryStack(t *testing.T) {
	readme := read(t, "README.md")
	for _, s := range append(stacks.Names(), "bootstrap") {
		if !strings.Contains(readme, "| `"+s+"` |") {
			t.Errorf("README does not say what %s is", s)
		}
	}
}

// Every make target that README names is there, and every target that `make
// help` lists says what it does.
func TestMakeTargets(t *testing.T) {
	out, err := exec.Command("make", "-C", root, "--no-print-directory", "help").Output()
	if err != nil {
		t.Fatal(err)
	}
	help := string(out)
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z0-9-]+) +\S`).FindAllStringSubmatch(help, -1) {
		listed[m[1]] = true
	}
	if len(listed) < 10 {
		t.Fatalf("make help lists %d targets:\n%s", len(listed), help)
	}
	for _, file := range []string{"README.md", "docs/operations.md"} {
		for _, m := range regexp.MustCompile("`make ([a-z0-9-]+)").FindAllStringSubmatch(read(t, file), -1) {
			if !listed[m[1]] {
				t.Errorf("%s names `make %s`, which make help does not list", file, m[1])
			}
		}
	}
}

// Links between the documents lead somewhere.
func TestLinks(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, filepath.Join(root, "README.md")) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(raw), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(file), m[1])
			}
		}
	}
}
