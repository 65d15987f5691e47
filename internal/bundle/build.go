package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Options say what Build makes.
type Options struct {
	Root     string    // of the module
	Dist     string    // directory for the zips; made where it is missing
	Only     []string  // names of functions, and Agent; none means all
	Progress io.Writer // gets one line a bundle; nil for none
}

// Build makes the bundles and returns them, in the contract's order with the
// agent last. It reports everything that fails, not only the first failure.
// Where a function does not compile, no function's zip is touched.
func Build(ctx context.Context, o Options) ([]Result, error) {
	functions, agent, err := choose(o.Only)
	if err != nil {
		return nil, err
	}
	progress := o.Progress
	if progress == nil {
		progress = io.Discard
	}
	var jobs []job
	var failures []error
	if len(functions) > 0 {
		dir, err := os.MkdirTemp("", "bundle-")
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		_, _ = fmt.Fprintf(progress, "compiling %d functions for linux/arm64\n", len(functions))
		if err := compile(ctx, o.Root, dir, functions); err != nil {
			failures = append(failures, err)
		} else {
			for _, name := range functions {
				binary := File{Name: FunctionEntry, Path: filepath.Join(dir, Folder(name))}
				jobs = append(jobs, job{name, FunctionZip(o.Dist, name), binary})
			}
		}
	}
	if agent {
		source := AgentSource(o.Root)
		switch _, err := os.Stat(source); {
		case errors.Is(err, fs.ErrNotExist):
			failures = append(failures, fmt.Errorf("the agent's bundle %s is missing: run \"make %s\" first", source, AgentTarget))
		case err != nil:
			failures = append(failures, err)
		default:
			jobs = append(jobs, job{Agent, AgentZip(o.Dist), File{Name: AgentEntry, Path: source}})
		}
	}
	results, err := run(ctx, jobs, progress)
	return results, errors.Join(append(failures, err)...)
}

// choose splits names into functions and the agent.
func choose(only []string) (functions []string, agent bool, err error) {
	all := append(Functions(), Agent)
	if len(only) == 0 {
		only = all
	}
	for _, name := range only {
		if !slices.Contains(all, name) {
			return nil, false, fmt.Errorf("there is no bundle %q: the bundles are %s", name, strings.Join(all, ", "))
		}
	}
	for _, name := range Functions() {
		if slices.Contains(only, name) {
			functions = append(functions, name)
		}
	}
	return functions, slices.Contains(only, Agent), nil
}

// job is one zip to write.
type job struct {
	name, path string
	file       File
}

// run does all jobs, as many at a time as there are CPUs, and reports on each
// in their order.
func run(ctx context.Context, jobs []job, progress io.Writer) ([]Result, error) {
	results := make([]Result, len(jobs))
	errs := make([]error, len(jobs))
	slots := make(chan struct{}, runtime.NumCPU())
	var all sync.WaitGroup
	for i, j := range jobs {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if errs[i] = ctx.Err(); errs[i] == nil {
				results[i], errs[i] = write(j.name, j.path, j.file)
			}
		})
	}
	all.Wait()
	var done []Result
	for i, j := range jobs {
		if errs[i] != nil {
			errs[i] = fmt.Errorf("bundle %s: %w", j.name, errs[i])
			continue
		}
		done = append(done, results[i])
		_, _ = fmt.Fprintln(progress, results[i])
	}
	return done, errors.Join(errs...)
}

// String is the progress line of r.
func (r Result) String() string {
	state := "written"
	if r.Unchanged {
		state = "unchanged"
	}
	return fmt.Sprintf("%-22s %7.1f kB  sha256 %x  %s", r.Name, float64(r.Size)/1e3, r.SHA256[:6], state)
}
