package chunk

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/clipperhouse/uax29/v2/sentences"

	"github.com/flowops/flowops/handlers/internal/extract"
)

// units cuts a block where a chunk may best end inside it: between sentences, or
// lines. The units make the block up. A line's end inside a paragraph ends no
// sentence.
func units(kind extract.Kind, block string) iter.Seq[string] {
	if kind != extract.Paragraph {
		return strings.Lines(block)
	}
	return func(yield func(string) bool) {
		flowing := block
		if strings.IndexByte(block, '\n') >= 0 {
			flowing = strings.ReplaceAll(block, "\n", " ") // as long as it was
		}
		for s := sentences.FromString(flowing); s.Next(); {
			if !yield(block[s.Start():s.End()]) {
				return
			}
		}
	}
}

// cut is where text, which is longer than limit, is cut: behind white space in
// the second half of what fits, else between user-perceived characters, else,
// where one of them is longer, between characters.
func cut(text string, limit int) int {
	if len(text) <= limit {
		return len(text)
	}
	if i := strings.LastIndexFunc(text[:limit], unicode.IsSpace); i >= limit/2 {
		_, size := utf8.DecodeRuneInString(text[i:])
		return i + size
	}
	end := 0
	for g := graphemes.FromString(text); g.Next() && g.End() <= limit; {
		end = g.End()
	}
	if end > 0 {
		return end
	}
	for end = limit; end > limit-utf8.UTFMax && !utf8.RuneStart(text[end]); end-- {
	}
	return end
}

// tail is where the last words of text begin that have at most limit bytes; text
// without words is taken as characters.
func tail(text string, limit int) int {
	if len(text) <= limit {
		return 0
	}
	from := len(text) - limit
	if i := strings.IndexFunc(text[from:], unicode.IsSpace); i >= 0 && i < limit/2 {
		rest := text[from+i:]
		return len(text) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
	}
	begin := len(text)
	for g := graphemes.FromString(text); g.Next(); {
		if g.Start() >= from {
			begin = g.Start()
			break
		}
	}
	return begin
}
