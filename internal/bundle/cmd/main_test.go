package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		folder string // to run in, below the module's root
		code   int
		stdout string
		stderr string
		made   string
	}{
		{name: "made", args: []string{"-out", "out", "-only", "agent"}, stdout: "written", made: "out/agent/agent.zip"},
		{name: "below the root", args: []string{"-only", "agent"}, folder: "agent", stdout: "written", made: "agent/dist/agent/agent.zip"},
		{name: "unknown bundle", args: []string{"-only", "agnet"}, code: 1, stderr: `no bundle "agnet"`},
		{name: "unknown flag", args: []string{"-o", "out"}, code: 2, stderr: "-out"},
		{name: "unexpected argument", args: []string{"out"}, code: 2, stderr: `"out"`},
		{name: "help", args: []string{"-h"}, stderr: "-only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			for file, content := range map[string]string{"go.mod": "module example.test/m\n", "agent/dist/agent.js": "export {};\n"} {
				path := filepath.Join(root, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(filepath.Join(root, tt.folder))
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), tt.args, &stdout, &stderr); code != tt.code {
				t.Errorf("exit code is %d, want %d", code, tt.code)
			}
			if !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("stdout:\n%s\nstderr:\n%s", &stdout, &stderr)
			}
			if tt.made != "" {
				if _, err := os.Stat(filepath.Join(root, tt.made)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	t.Run("outside a module", func(t *testing.T) {
		t.Chdir(t.TempDir())
		var stderr bytes.Buffer
		if code := run(t.Context(), nil, &stderr, &stderr); code != 1 || !strings.Contains(stderr.String(), "no go.mod") {
			t.Errorf("exit code is %d: %s", code, &stderr)
		}
	})
}
