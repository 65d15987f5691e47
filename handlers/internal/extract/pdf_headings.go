package extract

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flowops/flowops/handlers/internal/extract/pdftext"
)

// headingSize is how much larger than the text's a heading's letters are, and
// headingLength how many letters it has at most.
const (
	headingSize   = 1.15
	headingLength = 200
)

// headings tells a PDF's headings from its text by their letters.
type headings struct {
	levels map[float64]int // by the size of a heading's letters
	bold   bool            // whether bold letters of the text's size make a heading
}

// newHeadings looks at the whole document: the size in which most is written is
// the text's.
func newHeadings(paragraphs []pdftext.Paragraph) headings {
	letters := map[float64]int{}
	all, bold := 0, 0
	for _, p := range paragraphs {
		n := 0
		for _, line := range p.Lines {
			n += utf8.RuneCountInString(line)
		}
		letters[rounded(p.Size)] += n
		all += n
		if p.Bold {
			bold += n
		}
	}
	text, most := 0.0, -1
	for size, n := range letters {
		if n > most || n == most && size < text {
			text, most = size, n
		}
	}
	h := headings{levels: map[float64]int{}, bold: bold*4 < all}
	for _, p := range paragraphs {
		if size := rounded(p.Size); size >= text*headingSize && isTitle(p.Lines) {
			h.levels[size] = 0
		}
	}
	for i, size := range slices.Backward(slices.Sorted(maps.Keys(h.levels))) {
		h.levels[size] = min(len(h.levels)-i, 6) // the largest is of level 1
	}
	return h
}

// level is that of a heading, from 1; 0 for what is none.
func (h headings) level(p pdftext.Paragraph) int {
	if !isTitle(p.Lines) {
		return 0
	}
	if level, ok := h.levels[rounded(p.Size)]; ok {
		return level
	}
	if h.bold && p.Bold && len(p.Lines) <= 2 && !isItem(p.Lines[0]) {
		if last, _ := utf8.DecodeLastRuneInString(p.Lines[len(p.Lines)-1]); !strings.ContainsRune(".,;:", last) {
			return min(len(h.levels)+1, 6)
		}
	}
	return 0
}

// rounded is a size to the half point.
func rounded(size float64) float64 { return math.Round(size*2) / 2 }

func isTitle(lines []string) bool {
	if len(lines) > 3 {
		return false
	}
	n, letter := 0, false
	for _, line := range lines {
		n += utf8.RuneCountInString(line)
		letter = letter || strings.ContainsFunc(line, unicode.IsLetter)
	}
	return letter && n <= headingLength
}
