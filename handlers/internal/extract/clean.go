package extract

import (
	"strings"
	"unicode/utf8"
)

// clean returns text as valid UTF-8 with line feeds for every kind of line end
// and without other control characters. Nothing else is altered: marks, joiners
// and direction marks carry meaning.
func clean(text string) string {
	if !needsCleaning(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range text { // what is not UTF-8 comes as utf8.RuneError
		switch {
		case r == '\r':
			if !strings.HasPrefix(text[i+1:], "\n") {
				b.WriteByte('\n')
			}
		case r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			b.WriteByte('\n')
		case dropped(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func needsCleaning(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7F {
			return true
		}
		if c >= utf8.RuneSelf {
			return slowlyNeedsCleaning(text[i:])
		}
	}
	return false
}

func slowlyNeedsCleaning(text string) bool {
	if !utf8.ValidString(text) {
		return true
	}
	for _, r := range text {
		if r == '\u2028' || r == '\u2029' || dropped(r) {
			return true
		}
	}
	return false
}

// dropped reports whether r is a control character other than line feed and tab,
// a byte order mark, or no character at all.
func dropped(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < ' ', r >= 0x7F && r < 0xA0, r == 0xFEFF, r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return true
	}
	return false
}

// trimLines cuts blanks from the end of each line and, where squeeze is set,
// makes several empty lines one.
func trimLines(text string, squeeze bool) string {
	if !strings.Contains(text, " \n") && !strings.Contains(text, "\t\n") && !strings.Contains(text, "\n\n\n") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	empty := 0
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t")
		if line == "" {
			empty++
			if squeeze && empty > 1 {
				continue
			}
		} else {
			empty = 0
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// oneLine is text with every run of white space made one space.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }
