package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tool is a script with the package that it asks for beside it.
func tool(t *testing.T, script string) *Tool {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "node_modules", "some-tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "tool.mjs")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	tool := &Tool{Script: path, Package: "some-tool"}
	t.Cleanup(tool.Stop)
	return tool
}

func TestEveryLineIsAnsweredByOneProcess(t *testing.T) {
	echo := tool(t, `import { createInterface } from 'node:readline'
let n = 0
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(++n + line + '\n')`)
	for _, want := range []string{"1a\n", "2a\n"} {
		if got, err := echo.Ask([]byte("a")); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestAToolThatEndsSaysWhy(t *testing.T) {
	_, err := tool(t, `console.error('no such thing'); process.exit(1)`).Ask([]byte("a"))
	if err == nil || !strings.HasPrefix(err.Error(), "some-tool: ") {
		t.Errorf("error %v", err)
	}
}

func TestAToolThatIsNotInstalledFails(t *testing.T) {
	missing := tool(t, "")
	missing.Package = "another-tool"
	if _, err := missing.Ask(nil); err == nil || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("error %v", err)
	}
}
