package validation

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The columns of the table, in characters: together with two blanks between
// each they fill a terminal of 120.
const (
	columnRule = 10
	columnPath = 30
	columnWhat = 40
	columnFix  = 34
)

// Table writes the report for people: findings, suppressions with their
// reasons, counts.
func (r Report) Table(w io.Writer) error {
	out := bufio.NewWriter(w)
	section := func(heading, fourth string, findings []Finding, last func(Finding) string) {
		if len(findings) == 0 {
			return
		}
		fmt.Fprintf(out, "%s (%d)\n\n", heading, len(findings))
		writeRow(out, "RULE", "CONSTRUCT PATH", "WHAT", fourth)
		for _, f := range findings {
			writeRow(out, f.Rule, f.Path, f.what(), last(f))
		}
		fmt.Fprintln(out)
	}
	fix := func(f Finding) string { return f.Fix }
	section("Errors", "HOW TO FIX", r.Errors(), fix)
	section("Warnings", "HOW TO FIX", r.Warnings(), fix)
	section("Suppressed", "BECAUSE", r.Suppressed(), func(f Finding) string { return f.Justification })
	r.writeCounts(out)
	return out.Flush()
}

// what says what is wrong in one sentence.
func (f Finding) what() string {
	switch f.Class {
	case Unreadable:
		return "Can't tell: " + f.Reason + " (" + f.Title + ")"
	case Violation:
		return f.Title + ": " + f.Reason
	}
	return f.Reason
}

func (r Report) writeCounts(out io.Writer) {
	const row = "%-22s %9s %9s %9s %8s %8s %6s %10s\n"
	fmt.Fprintf(out, row, "STACK", "RESOURCES", "COMPLIANT", "VIOLATED", "UNKNOWN", "N/A", "FAILED", "SUPPRESSED")
	for _, c := range r.Stacks {
		fmt.Fprintf(out, row, c.Stack, fmt.Sprint(c.Resources), fmt.Sprint(c.Compliant), fmt.Sprint(c.NonCompliant),
			fmt.Sprint(c.Unknown), fmt.Sprint(c.NotApplicable), fmt.Sprint(c.Failed), fmt.Sprint(c.Suppressed))
	}
	fmt.Fprintf(out, "\n%s: errors %d, warnings %d, suppressed %d\n",
		r.Environment, len(r.Errors()), len(r.Warnings()), len(r.Suppressed()))
}

// writeRow writes one row of the table, wrapped within its columns.
func writeRow(out io.Writer, rule, path, what, last string) {
	cells := [][]string{wrap(rule, columnRule), wrap(path, columnPath), wrap(what, columnWhat), wrap(last, columnFix)}
	height := 0
	for _, cell := range cells {
		height = max(height, len(cell))
	}
	for line := range height {
		at := func(cell int) string {
			if line < len(cells[cell]) {
				return cells[cell][line]
			}
			return ""
		}
		text := fmt.Sprintf("%-*s  %-*s  %-*s  %s", columnRule, at(0), columnPath, at(1), columnWhat, at(2), at(3))
		fmt.Fprintln(out, strings.TrimRight(text, " "))
	}
}

// wrap breaks text into lines of at most width characters: between words, else
// behind a mark within a word, else anywhere.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && length(line)+1+length(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for length(word) > width {
			head := string([]rune(word)[:width])
			if i := strings.LastIndexAny(head, "/_:.-"); i > 0 {
				head = head[:i+1]
			}
			lines = append(lines, head)
			word = strings.TrimPrefix(word, head)
		}
		line = word
	}
	return append(lines, line)
}

func length(s string) int { return utf8.RuneCountInString(s) }
