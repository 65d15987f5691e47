package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	tapTotal = regexp.MustCompile(`^# (tests|pass|fail|cancelled|skipped|todo|duration_ms) ([0-9.]+)$`)
	tapSkip  = regexp.MustCompile(`^\s*ok \d+ - (.*) # (?:SKIP|TODO)\s*(.*)$`)
	tapFail  = regexp.MustCompile(`^not ok \d+ - (.*)$`)
)

// readTAP adds what Node's test runner reports at its end, and the tests that it
// left out.
func (r *run) readTAP(part string, from io.Reader) error {
	totals := map[string]float64{}
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text := lines.Text()
		if m := tapTotal.FindStringSubmatch(text); m != nil {
			n, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return fmt.Errorf("the report of %s: %w", part, err)
			}
			totals[m[1]] = n
		} else if m := tapSkip.FindStringSubmatch(text); m != nil {
			r.skipped = append(r.skipped, skip{part + " " + m[1], strings.TrimSpace(m[2])})
		} else if m := tapFail.FindStringSubmatch(text); m != nil {
			r.failed = append(r.failed, part+" "+m[1])
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if _, ok := totals["pass"]; !ok {
		return fmt.Errorf("the report of %s ends early", part)
	}
	if n := totals["fail"] + totals["cancelled"]; n > 0 && len(r.failed) == 0 {
		r.failed = append(r.failed, fmt.Sprintf("%s: %g tests", part, n))
	}
	r.agent += int(totals["pass"])
	r.times = append(r.times, partTime{part, time.Duration(totals["duration_ms"] * float64(time.Millisecond))})
	return nil
}
