package bundle

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	source := put(t, filepath.Join(dir, "source"), "one")
	path := filepath.Join(dir, "dist", "functions", "x.zip")
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	steps := []struct {
		name      string
		before    func()
		unchanged bool
		fails     bool
	}{
		{name: "new", before: func() {}},
		{name: "again", before: func() {}, unchanged: true},
		{name: "touched source", before: func() { touch(t, source, old) }, unchanged: true},
		{name: "changed source", before: func() { put(t, source, "two") }},
		{name: "damaged zip", before: func() { put(t, path, "no zip") }},
		{name: "missing source", before: func() { rename(t, source, source+"-away") }, fails: true},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.before()
			if _, err := os.Stat(path); err == nil {
				touch(t, path, old)
			}
			previous, _ := os.ReadFile(path)
			r, err := write("x", path, File{Name: "bootstrap", Path: source})
			if (err != nil) != step.fails {
				t.Fatalf("error is %v", err)
			}
			info, statErr := os.Stat(path)
			if statErr != nil {
				t.Fatal(statErr)
			}
			content, readErr := os.ReadFile(path)
			if readErr != nil {
				t.Fatal(readErr)
			}
			kept := info.ModTime().Equal(old)
			if kept != (step.unchanged || step.fails) {
				t.Errorf("the zip's time was kept: %v", kept)
			}
			if same := string(previous) == string(content); same != (step.unchanged || step.fails) {
				t.Errorf("the zip's bytes are the same: %v", same)
			}
			if !step.fails {
				if r.Unchanged != step.unchanged || r.Size != info.Size() || r.Name != "x" || r.Path != path {
					t.Errorf("result is %+v, file has %d bytes", r, info.Size())
				}
				sum, err := hash(path)
				if err != nil || string(sum) != string(r.SHA256[:]) {
					t.Errorf("hash of the file is %x, %v", sum, err)
				}
			}
			if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
				t.Errorf("beside the zip there are %v, %v", entries, err)
			}
		})
	}
}

func touch(t *testing.T, path string, when time.Time) {
	t.Helper()
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
