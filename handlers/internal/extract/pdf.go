package extract

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flowops/flowops/handlers/internal/extract/pdftext"
)

// parsePDF reads a PDF, and returns the number of its pages.
func parsePDF(b *builder, data []byte) (int, error) {
	l := b.limits
	paragraphs, pages, err := pdftext.Read(b.ctx, data, pdftext.Limits{
		Pages: l.Pages, Stream: l.Stream, Streams: l.Streams, Operators: l.Operators, Text: l.Text,
	})
	switch {
	case err == nil:
	case b.ctx.Err() != nil:
		return 0, b.ctx.Err()
	case errors.Is(err, pdftext.ErrEncrypted):
		return 0, reject(Encrypted, err)
	case errors.Is(err, pdftext.ErrLimit):
		return 0, reject(TooComplex, err)
	case errors.Is(err, pdftext.ErrUnreadable):
		return 0, reject(NoText, err)
	default:
		return 0, broken(err)
	}
	headings := newHeadings(paragraphs)
	for i := 0; i < len(paragraphs); i++ {
		p := paragraphs[i]
		b.page = p.Page
		if level := headings.level(p); level > 0 {
			b.heading(level, joinLines(p.Lines))
			continue
		}
		addParagraph(b, p.Lines)
	}
	return pages, b.err
}

// addParagraph adds a paragraph, and what of it are items as a list.
func addParagraph(b *builder, lines []string) {
	for len(lines) > 0 {
		if !isItem(lines[0]) {
			n := 1
			for n < len(lines) && !isItem(lines[n]) {
				n++
			}
			b.add(Paragraph, joinLines(lines[:n]))
			lines = lines[n:]
			continue
		}
		var list strings.Builder
		for len(lines) > 0 { // an item goes on until the next
			n := 1
			for n < len(lines) && !isItem(lines[n]) {
				n++
			}
			list.WriteString(joinLines(lines[:n]))
			list.WriteByte('\n')
			lines = lines[n:]
		}
		b.add(List, list.String())
	}
}

// isItem reports whether a line begins with the mark of a list's item.
func isItem(line string) bool {
	r, size := utf8.DecodeRuneInString(line)
	rest := line[size:]
	if strings.ContainsRune("•◦▪‣●○■□–\u00B7\uF0B7-*", r) {
		return strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\t")
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits == 0 || digits > 3 || digits+1 >= len(line) {
		return false
	}
	return (line[digits] == '.' || line[digits] == ')') && (line[digits+1] == ' ' || line[digits+1] == '\t')
}

// joinLines makes lines flow. A hyphen at the end of one stays: whether it was
// made by the layout can't be told; a soft hyphen goes. Chinese and Japanese are
// written without spaces.
func joinLines(lines []string) string {
	var out strings.Builder
	for i, line := range lines {
		if i > 0 {
			last, _ := utf8.DecodeLastRuneInString(lines[i-1])
			first, _ := utf8.DecodeRuneInString(line)
			if last != '-' && last != '\u2010' && last != '\u00AD' && (!spaceless(last) || !spaceless(first)) {
				out.WriteByte(' ')
			}
		}
		out.WriteString(line)
	}
	return strings.ReplaceAll(out.String(), "\u00AD", "")
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF0F
}
