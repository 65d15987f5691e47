// Package keep keeps generated files true: a test says what a file holds, and
// FLOWOPS_UPDATE=1 writes it anew.
package keep

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// File compares the file at path with what it should hold, or writes it anew.
// target is the make target that does so.
func File(t testing.TB, path, text, target string) {
	t.Helper()
	if os.Getenv("FLOWOPS_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("wrote %s", path)
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v (make %s)", err, target)
		return
	}
	if diff := cmp.Diff(strings.Split(string(got), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s is out of date, `make %s` writes it anew (- file, + now):\n%s", path, target, diff)
	}
}
