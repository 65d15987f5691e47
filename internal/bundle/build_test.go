package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// module makes a module with these files, and returns its root.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), "module example.test/m\n\ngo 1.26.0\n")
	for name, content := range files {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

func TestBuildFails(t *testing.T) {
	const program = "package main\n\nfunc main() {}\n"
	tests := []struct {
		name  string
		files map[string]string
		only  []string
		path  string // of this process; empty for unchanged
		want  []string
		made  []string
	}{
		{
			name: "an unknown bundle",
			only: []string{"records", "recrods"},
			want: []string{`no bundle "recrods"`, "agent-invoke, safe-actions", "agent"},
		},
		{
			name: "no go, no agent bundle: both are reported",
			only: []string{"records", "agent"},
			path: "/nowhere",
			want: []string{"Go toolchain is not on the PATH", `run "make agent"`, "agent.js"},
		},
		{
			name: "two functions do not compile: both are reported, and the agent is made",
			files: map[string]string{
				"handlers/records/main.go":   "package main\n\nfunc main() { missingOfRecords() }\n",
				"handlers/websocket/main.go": "package main\n\nfunc main() { missingOfWebsocket() }\n",
				"agent/dist/agent.js":        "export {};\n",
			},
			only: []string{"records", "websocket", "agent"},
			want: []string{"missingOfRecords", "missingOfWebsocket", "handlers/records/main.go:3"},
			made: []string{"agent/agent.zip"},
		},
		{
			name:  "a function has no folder",
			files: map[string]string{"handlers/records/main.go": program},
			only:  []string{"records", "agent-invoke"},
			want:  []string{"handlers/agentinvoke"},
		},
		{
			name:  "a zip can't be replaced",
			files: map[string]string{"agent/dist/agent.js": "export {};\n", "dist/agent/agent.zip/in-the-way": ""},
			only:  []string{"agent"},
			want:  []string{"bundle agent:", "agent.zip"},
			made:  []string{"agent/agent.zip/in-the-way"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := module(t, tt.files)
			if tt.path != "" {
				t.Setenv("PATH", tt.path)
			}
			dist := filepath.Join(dir, "dist")
			_, err := Build(t.Context(), Options{Root: dir, Dist: dist, Only: tt.only})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q:\n%v", want, err)
				}
			}
			if d := cmp.Diff(tt.made, filesBelow(t, dist)); d != "" {
				t.Errorf("files of dist (-want +got):\n%s", d)
			}
		})
	}
}

func TestBuildStops(t *testing.T) {
	dir := module(t, map[string]string{"handlers/records/main.go": "package main\n\nfunc main() {}\n", "agent/dist/agent.js": "export {};\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dist := filepath.Join(dir, "dist")
	if _, err := Build(ctx, Options{Root: dir, Dist: dist, Only: []string{"records", "agent"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if got := filesBelow(t, dist); got != nil {
		t.Errorf("made %v", got)
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// TestBuildIsReproducible compiles one real function in two copies of its
// sources: what differs is the directory, the times, and what whoever builds
// has set.
func TestBuildIsReproducible(t *testing.T) {
	copied := func(name string) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), name)
		for _, file := range []string{"go.mod", "go.sum"} {
			content, err := os.ReadFile(filepath.Join(root, file))
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, file), string(content))
		}
		for _, folder := range []string{"contract", "handlers/internal", "handlers/records"} {
			if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
				t.Fatal(err)
			}
		}
		put(t, AgentSource(dir), "export {};\n")
		return dir
	}
	build := func(dir string) (Result, string) {
		t.Helper()
		dist := filepath.Join(dir, "dist")
		var progress bytes.Buffer
		results, err := Build(t.Context(), Options{Root: dir, Dist: dist, Only: []string{"agent", "records"}, Progress: &progress})
		if err != nil {
			t.Fatal(err)
		}
		if len(results) != 2 || results[0].Name != "records" || results[1].Name != Agent {
			t.Fatalf("results are %v", results)
		}
		if results[0].Path != FunctionZip(dist, "records") || results[1].Path != AgentZip(dist) {
			t.Errorf("paths are %s and %s", results[0].Path, results[1].Path)
		}
		return results[0], progress.String()
	}
	dir := copied("first")
	first, _ := build(dir)
	t.Setenv("GOFLAGS", "-tags=other -ldflags=-w")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("GOARM64", "v9.0")
	second, _ := build(copied("a longer path/second"))
	if first.SHA256 != second.SHA256 {
		t.Error("another directory and another environment give other bytes")
	}
	again, progress := build(dir)
	if !again.Unchanged || again.SHA256 != first.SHA256 {
		t.Errorf("built again in the same directory: %s", again)
	}
	if !strings.Contains(progress, again.String()+"\n") || !strings.Contains(progress, "unchanged") {
		t.Errorf("progress lacks %q:\n%s", again, progress)
	}

	archive, err := zip.OpenReader(first.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	if len(archive.File) != 1 || archive.File[0].Name != FunctionEntry || archive.File[0].Mode() != 0o755 {
		t.Fatalf("entries are %+v", archive.File)
	}
	r, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	program, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	if program.Machine != elf.EM_AARCH64 {
		t.Errorf("the program is for %s", program.Machine)
	}
	if libs, err := program.ImportedLibraries(); err != nil || len(libs) > 0 {
		t.Errorf("the program needs %v, %v", libs, err)
	}
	if bytes.Contains(binary, []byte(dir)) {
		t.Errorf("the program holds the directory %s that it was built in", dir)
	}
}
