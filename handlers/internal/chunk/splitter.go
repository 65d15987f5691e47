package chunk

import (
	"slices"

	"github.com/flowops/flowops/handlers/internal/extract"
)

// splitter fills chunks. All its places are offsets into the text, and a chunk is
// a piece of it, so nothing is copied and nothing can get lost between chunks.
type splitter struct {
	text            string
	budget, overlap int // bytes
	chunks          []Chunk

	// The chunk that is open: text[begin:end], of which text[begin:fresh] stands in
	// the chunk before.
	begin, fresh, end int
	units             []int // where the sentences in text[begin:end] begin
	section           []string
	page              int
	headings          bool // whether it holds nothing but headings
}

// add adds a block that is text[from:to], its separator included.
func (s *splitter) add(b extract.Block, from, to int) {
	heading := b.Kind == extract.Heading
	switch {
	case heading && !s.headings:
		s.flush()
		s.open(from, from)
		s.headings = true
	case !heading && s.fresh < s.end && !s.headings && s.breaksBefore(b, to):
		s.flush()
		s.open(s.overlapFor(to), from)
	}
	section := b.Section
	if heading {
		section = append(slices.Clip(section), b.Text)
	}
	for u := range units(b.Kind, s.text[from:to]) {
		unitEnd := from + len(u)
		if len(u) <= s.budget {
			s.unit(from, unitEnd, section, b.Page)
		} else {
			s.pieces(from, unitEnd, section, b.Page)
		}
		from = unitEnd
	}
	s.headings = heading
}

// breaksBefore reports whether a block that ends at to begins a chunk, since it
// would have to be cut in this one: lists, tables and code are kept whole where a
// chunk holds them, a paragraph where this chunk is half full.
func (s *splitter) breaksBefore(b extract.Block, to int) bool {
	if to-s.begin <= s.budget || to-s.end > s.budget {
		return false
	}
	return b.Kind != extract.Paragraph || s.end-s.begin >= s.budget/2
}

// unit adds text[from:to], which is not longer than a chunk.
func (s *splitter) unit(from, to int, section []string, page int) {
	if to-s.begin > s.budget {
		s.flush()
		s.open(s.overlapFor(to), from)
	}
	if s.fresh == s.end {
		s.page = page
	}
	s.units = append(s.units, from)
	s.end, s.section = to, section
}

// pieces adds text[from:to], which is longer than a chunk, in steps that overlap
// can be made of.
func (s *splitter) pieces(from, to int, section []string, page int) {
	step := s.budget
	if s.overlap > 0 {
		step = min(s.budget, max(s.overlap, leastPiece))
	}
	for from < to {
		end := from + cut(s.text[from:to], step)
		s.unit(from, end, section, page)
		from = end
	}
}

// leastPiece is the least, in bytes, that a sentence is cut into.
const leastPiece = 16

// flush closes the chunk that is open.
func (s *splitter) flush() {
	if s.fresh == s.end {
		return
	}
	text := s.text[s.begin:s.end]
	s.chunks = append(s.chunks, Chunk{
		Index: len(s.chunks), Text: text, Overlap: s.fresh - s.begin, Section: s.section, Page: s.page, Tokens: EstimateTokens(text),
	})
}

// open opens a chunk whose own text begins at fresh.
func (s *splitter) open(begin, fresh int) {
	i, _ := slices.BinarySearch(s.units, begin)
	s.units = append(s.units[:0], s.units[i:]...)
	s.begin, s.fresh, s.end = begin, fresh, fresh
	s.headings = false
}

// overlapFor is where the next chunk begins if it goes on to at least to: at the
// first sentence of this one that leaves room, or in the midst of the last, which
// is too long.
func (s *splitter) overlapFor(to int) int {
	least := max(s.end-s.overlap, to-s.budget)
	if least >= s.end {
		return s.end
	}
	i, _ := slices.BinarySearch(s.units, least)
	if i < len(s.units) {
		return s.units[i]
	}
	if len(s.units) == 0 {
		return s.end
	}
	last := s.units[len(s.units)-1]
	return last + tail(s.text[last:s.end], s.end-least)
}
