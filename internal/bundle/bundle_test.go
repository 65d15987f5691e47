package bundle

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root is this module's root, from this folder.
const root = "../.."

func TestEveryFunctionHasAFolderAndViceVersa(t *testing.T) {
	var want []string
	for _, name := range Functions() {
		want = append(want, Folder(name))
	}
	entries, err := os.ReadDir(filepath.Join(root, "handlers"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "internal" {
			got = append(got, e.Name())
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("folders of handlers (-contract +there):\n%s", d)
	}
	for _, folder := range got {
		for _, file := range []string{"main.go", "handler.go"} {
			if _, err := os.Stat(filepath.Join(root, "handlers", folder, file)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPaths(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"function", FunctionZip("dist", "agent-invoke"), "dist/functions/agent-invoke.zip"},
		{"agent", AgentZip("dist"), "dist/agent/agent.zip"},
		{"agent's source", AgentSource("/module"), "/module/agent/dist/agent.js"},
		{"folder", Folder("websocket-authorizer"), "websocketauthorizer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := filepath.ToSlash(tt.got); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNoFunctionIsCalledLikeTheAgent(t *testing.T) {
	if slices.Contains(Functions(), Agent) {
		t.Errorf("a function is called %q, as the agent's bundle is", Agent)
	}
}
