package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/flowops/flowops/test/figures"
)

// run is what parts of the suite did.
type run struct {
	packages map[string]string // its end by path: "pass", "fail", "skip" for no tests; "" if there is none
	tests    map[test]string   // their ends, subtests included
	figures  map[string]map[figures.Figure]int
	skipped  []skip
	agent    int // tests of the agent that passed
	times    []partTime
	failed   []string // what did not pass
}

type test struct{ pkg, name string }

type skip struct{ what, why string }

type partTime struct {
	part string
	took time.Duration
}

func newRun() *run {
	return &run{packages: map[string]string{}, tests: map[test]string{}, figures: map[string]map[figures.Figure]int{}}
}

// event is one of `go test -json` (go doc test2json).
type event struct {
	Time                          time.Time
	Action, Package, Test, Output string
}

// readGo adds the events of a part.
func (r *run) readGo(part string, from io.Reader) error {
	said := map[test][]string{}
	var first, last time.Time
	lines := bufio.NewReader(from)
	for {
		text, err := lines.ReadBytes('\n')
		if err == io.EOF && len(text) == 0 {
			break
		} else if err != nil && err != io.EOF {
			return err
		}
		var e event
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("the report of %s has a line that is no event: %w", part, err)
		}
		if e.Package == "" {
			continue // of the build
		}
		if first.IsZero() {
			first = e.Time
		}
		if !e.Time.IsZero() {
			last = e.Time
		}
		r.add(e, said)
	}
	r.times = append(r.times, partTime{part, last.Sub(first)})
	return nil
}

func (r *run) add(e event, said map[test][]string) {
	at := test{e.Package, e.Test}
	if _, ok := r.packages[e.Package]; !ok {
		r.packages[e.Package] = ""
	}
	switch e.Action {
	case "output":
		if f, n, ok := figures.Parse(e.Output); ok {
			if r.figures[e.Package] == nil {
				r.figures[e.Package] = map[figures.Figure]int{}
			}
			r.figures[e.Package][f] += n
		}
		if text := strings.TrimSpace(e.Output); e.Test != "" && text != "" && !strings.HasPrefix(text, "===") && !strings.HasPrefix(text, "---") {
			said[at] = append(said[at], text)
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.packages[e.Package] = e.Action
		} else {
			r.tests[at] = e.Action
		}
		switch {
		case e.Action == "fail":
			r.failed = append(r.failed, strings.TrimSpace(short(e.Package)+" "+e.Test))
		case e.Action == "skip" && e.Test != "":
			r.skipped = append(r.skipped, skip{short(e.Package) + " " + e.Test, strings.Join(said[at], " ")})
		}
		delete(said, at)
	}
}

// short is a package's path in the module.
func short(pkg string) string { return strings.TrimPrefix(pkg, module) }

// ended are the tests of a package, or of all for "", that ended so.
func (r *run) ended(pkg, action string) []string {
	var names []string
	for t, end := range r.tests {
		if end == action && (pkg == "" || short(t.pkg) == pkg) {
			names = append(names, t.name)
		}
	}
	slices.Sort(names)
	return names
}

// total adds a figure up over all packages.
func (r *run) total(f figures.Figure) int {
	n := 0
	for _, of := range r.figures {
		n += of[f]
	}
	return n
}
