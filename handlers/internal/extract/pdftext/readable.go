package pdftext

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// readable is a line as it is written, not as it is drawn: ligatures are letters,
// and what runs from right to left, which pages draw from left to right, stands
// in the order in which it is read.
func readable(drawn string) string {
	left, right := 0, 0
	forms := false
	for _, r := range drawn {
		forms = forms || isForm(r)
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			left++
		case bidi.R, bidi.AL:
			right++
		}
	}
	switch {
	case right > left:
		drawn = logical(drawn, bidi.RightToLeft)
	case right > 0:
		drawn = logical(drawn, bidi.LeftToRight)
	}
	if forms {
		var out strings.Builder
		for _, r := range drawn {
			if isForm(r) {
				out.WriteString(norm.NFKC.String(string(r)))
			} else {
				out.WriteRune(r)
			}
		}
		drawn = out.String()
	}
	return strings.ReplaceAll(drawn, "\u00A0", " ")
}

// isForm reports whether r is a ligature or the shape of a letter: the blocks of
// alphabetic and Arabic presentation forms.
func isForm(r rune) bool {
	return r >= 0xFB00 && r <= 0xFDFF && !unicode.Is(unicode.Noncharacter_Code_Point, r) || r >= 0xFE70 && r <= 0xFEFC
}

// logical undoes the order of drawing. A line of mostly right-to-left letters is
// read from its right end, with what runs from left to right in it kept; of
// another line only the right-to-left words are turned.
func logical(drawn string, direction bidi.Direction) string {
	var p bidi.Paragraph
	if _, err := p.SetString(drawn, bidi.DefaultDirection(direction)); err != nil {
		return drawn
	}
	order, err := p.Order()
	if err != nil {
		return drawn
	}
	pieces := make([]string, order.NumRuns())
	for i := range pieces {
		run := order.Run(i)
		pieces[i] = run.String()
		if run.Direction() == bidi.RightToLeft {
			pieces[i] = bidi.ReverseString(pieces[i])
		}
	}
	if direction == bidi.RightToLeft {
		slices.Reverse(pieces)
	}
	return strings.Join(pieces, "")
}
