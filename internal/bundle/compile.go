package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// compile compiles functions of the module at root for Lambda into dir, each
// under its folder's name. One "go build" does all: it shares what they share,
// works in parallel on every CPU, and reports the errors of all packages.
func compile(ctx context.Context, root, dir string, functions []string) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("compile the functions: the Go toolchain is not on the PATH; install the version that go.mod names: %w", err)
	}
	args := []string{
		"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid=",
		"-o", dir + string(filepath.Separator), // a directory even for one package
	}
	for _, name := range functions {
		args = append(args, "./handlers/"+Folder(name))
	}
	cmd := exec.CommandContext(ctx, goTool, args...)
	cmd.Dir = root
	// The last value of a variable counts. Flags and the workspace of whoever
	// builds must not change the bytes; an empty GOFLAGS would fall back to
	// what "go env -w" stored, so it repeats a flag.
	cmd.Env = append(os.Environ(),
		"CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "GOFLAGS=-trimpath", "GOWORK=off")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("compile the functions: %w", ctx.Err())
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return fmt.Errorf("compile the functions: %w", err)
		}
		return fmt.Errorf("compile the functions: %w:\n%s", err, bytes.TrimSpace(output.Bytes()))
	}
	return nil
}
