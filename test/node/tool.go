// Package node runs a tool that is written for Node.js in a process of its own,
// for as long as tests ask it: a line in, a line out.
package node

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Tool is a script and the npm package that it works with. It starts with the
// first question.
type Tool struct {
	Script  string // path of the script; node_modules is beside it
	Package string // that must be installed there

	mutex   sync.Mutex
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errors  bytes.Buffer
}

// Ask sends a line and returns the line that answers it. It is an error if the
// tool is not installed: a proof that is left out is none.
func (t *Tool) Ask(line []byte) ([]byte, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if err := t.start(); err != nil {
		return nil, err
	}
	if _, err := t.in.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", t.Package, err, t.errors.String())
	}
	answer, err := t.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", t.Package, err, t.errors.String())
	}
	return answer, nil
}

func (t *Tool) start() error {
	if t.command != nil {
		return nil
	}
	dir := filepath.Dir(t.Script)
	if _, err := os.Stat(filepath.Join(dir, "node_modules", filepath.FromSlash(t.Package))); err != nil {
		return fmt.Errorf("%s is not installed (make setup): %w", t.Package, err)
	}
	c := exec.Command("node", filepath.Base(t.Script))
	c.Dir, c.Stderr = dir, &t.errors
	in, err := c.StdinPipe()
	if err != nil {
		return err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	t.command, t.in, t.out = c, in, bufio.NewReaderSize(out, 1<<20)
	return nil
}

// Stop ends the process, if there is one.
func (t *Tool) Stop() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.command != nil {
		_ = t.in.Close()
		_ = t.command.Wait()
		t.command = nil
	}
}
