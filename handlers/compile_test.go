package handlers_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
)

// binaries is where every function is compiled, once for all tests.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "functions-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

// compileAll compiles the functions for this host, as their bundles are compiled
// for Lambda.
var compileAll = sync.OnceValue(func() error {
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binaries+string(filepath.Separator), "./...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
})

// compile is the path of a function's binary.
func compile(t testing.TB, fn contract.Function) string {
	t.Helper()
	if err := compileAll(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(binaries, strings.ReplaceAll(fn.Name, "-", ""))
}
