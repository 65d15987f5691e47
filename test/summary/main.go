package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// module is what the path of each package begins with.
const module = "github.com/flowops/flowops/"

func main() {
	dir := flag.String("reports", ".", "the directory of the reports, NAME.json or NAME.tap")
	flag.Parse()
	if err := summarize(os.Stdout, *dir, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// summarize prints what the parts did. The error lists what is wrong with it.
func summarize(to io.Writer, dir string, of []string) error {
	if len(of) == 0 {
		return fmt.Errorf("of which parts? %s", strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
	}
	r := newRun()
	var unread []error
	for _, part := range of {
		if _, ok := parts[part]; !ok {
			return fmt.Errorf("there is no part %s", part)
		}
		if err := r.read(dir, part); err != nil {
			unread = append(unread, err)
		}
	}
	r.print(to)
	for _, gap := range r.gaps(of) {
		unread = append(unread, errors.New(gap))
	}
	if len(unread) == 0 {
		return nil
	}
	return fmt.Errorf("not as it should be:\n%w", errors.Join(unread...))
}

func (r *run) read(dir, part string) error {
	name, read := part+".json", r.readGo
	if part == "agent" {
		name, read = part+".tap", r.readTAP
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("%s left no report: %w", part, err)
	}
	defer func() { _ = f.Close() }()
	return read(part, f)
}
