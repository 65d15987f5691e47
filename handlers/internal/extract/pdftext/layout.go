package pdftext

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// line is what stands on one baseline, from its begin to its end.
type line struct {
	text      strings.Builder
	angle     int     // of the baseline, in degrees
	across    float64 // of the baseline: how far up the page it is, seen along it
	begin     float64 // along the baseline
	end       float64
	size      float64 // of most letters
	bold      bool
	letters   int
	lastSpace bool
}

// Distances in ems, by which letters become words, lines and paragraphs.
const (
	wordGap     = 0.15 // space between letters that separates words: a space is 0.25 wide, kerning less than 0.1
	cellGap     = 2.0  // space that separates cells or columns
	sameLine    = 0.45 // how far an exponent or an index stands off the baseline
	backwards   = 1.0  // how far a line may go back, for accents and kerning
	usualGap    = 1.2  // between baselines, where a page doesn't say
	sizeChange  = 0.08 // share by which the size of a paragraph's letters may differ
	breakFactor = 1.25 // how much larger than between lines the gap between paragraphs is
)

// layOut makes paragraphs of what a page draws, in the order in which it does.
func layOut(runs []run) []Paragraph {
	lines := toLines(runs)
	if len(lines) == 0 {
		return nil
	}
	gap := lineGap(lines) * breakFactor
	var out []Paragraph
	for i, l := range lines {
		text := strings.TrimSpace(readable(l.text.String()))
		if text == "" {
			continue
		}
		if i > 0 && len(out) > 0 && continues(lines[i-1], l, gap) {
			p := &out[len(out)-1]
			p.Lines = append(p.Lines, text)
			p.Bold = p.Bold && l.bold
			continue
		}
		out = append(out, Paragraph{Lines: []string{text}, Size: l.size, Bold: l.bold})
	}
	return out
}

// continues reports whether b goes on with the paragraph of a.
func continues(a, b *line, gap float64) bool {
	down := (a.across - b.across) / a.size
	return a.angle == b.angle && math.Abs(a.size-b.size) <= sizeChange*a.size && down > 0 && down <= gap && a.bold == b.bold
}

// lineGap is the usual distance of a page's lines: that of which only a quarter
// is less, since those between paragraphs are more.
func lineGap(lines []*line) float64 {
	var gaps []float64
	for i, l := range lines[1:] {
		before := lines[i]
		down := (before.across - l.across) / before.size
		if before.angle == l.angle && down > 0.5 && down < 3 && math.Abs(before.size-l.size) <= sizeChange*before.size {
			gaps = append(gaps, down)
		}
	}
	if len(gaps) == 0 {
		return usualGap
	}
	slices.Sort(gaps)
	return min(max(gaps[len(gaps)/4], 1), 2.6)
}

func toLines(runs []run) []*line {
	var lines []*line
	var l *line
	for _, r := range runs {
		angle, across, begin, end := place(r)
		if l == nil || !l.takes(r, angle, across, begin) {
			if strings.TrimSpace(r.text) == "" {
				continue
			}
			l = &line{angle: angle, across: across, begin: begin, end: begin, size: r.size, bold: true}
			lines = append(lines, l)
		}
		l.add(r, begin, end)
	}
	return lines
}

// place is where a run stands, seen along its own baseline.
func place(r run) (angle int, across, begin, end float64) {
	dx, dy := r.endX-r.x, r.endY-r.y
	if dx == 0 && dy == 0 {
		dx = 1
	}
	angle = int(math.Round(math.Atan2(dy, dx) * 180 / math.Pi))
	sin, cos := math.Sincos(float64(angle) * math.Pi / 180)
	return angle, r.y*cos - r.x*sin, r.x*cos + r.y*sin, r.endX*cos + r.endY*sin
}

// takes reports whether r goes on with the line.
func (l *line) takes(r run, angle int, across, begin float64) bool {
	size := max(l.size, r.size)
	return angle == l.angle && math.Abs(across-l.across) <= sameLine*size && begin >= l.end-backwards*size
}

func (l *line) add(r run, begin, end float64) {
	em := max(l.size, r.size)
	switch gap := (begin - l.end) / em; {
	case l.text.Len() == 0 || l.lastSpace || strings.HasPrefix(r.text, " "):
	case gap > cellGap:
		l.text.WriteByte('\t')
	case gap > wordGap:
		l.text.WriteByte(' ')
	}
	l.text.WriteString(r.text)
	l.lastSpace = strings.HasSuffix(r.text, " ")
	l.end = max(l.end, end)
	if strings.TrimSpace(r.text) == "" {
		return
	}
	n := utf8.RuneCountInString(r.text)
	if n > l.letters { // the size of most of the line, not of its note marks
		l.size = r.size
	}
	l.letters = max(l.letters, n)
	l.bold = l.bold && r.bold
}
