// Package chunk cuts a document into the pieces that are embedded and searched.
//
// A heading begins a chunk and stays with what follows it; no chunk reaches from
// one section into another. Inside a section a chunk ends between blocks where
// that wastes little, else between sentences (Unicode Standard Annex 29), or
// lines of lists, tables and code; only what is longer than a chunk is cut
// between words, or, without any, between user-perceived characters. A chunk
// begins with the end of the one before, so that a sentence is found together
// with what it refers to. The same blocks always give the same chunks.
package chunk

import (
	"fmt"
	"strings"

	"github.com/flowops/flowops/handlers/internal/extract"
)

// Limits of Titan Embed Text v2, and what a chunk may therefore hold. Source:
// https://docs.aws.amazon.com/bedrock/latest/userguide/titan-embedding-models.html
// (8,192 tokens or 50,000 characters; 4.7 characters a token on average in
// English).
const (
	// BytesPerToken is the estimate: a token for 3 bytes of UTF-8. AWS publishes no
	// tokenizer and no ratio but that for English, of which this leaves a third in
	// reserve; it counts a letter of Chinese, Japanese or Korean as a token, one of
	// Cyrillic, Greek, Hebrew or Arabic as two thirds.
	BytesPerToken = 3
	// MaxTokens is the largest budget, in estimated tokens. A tokenizer makes of a
	// text no more tokens than it has bytes, so such a chunk fits the model's 8,192
	// tokens, and its 50,000 characters, however wrong the estimate is.
	MaxTokens = 8192 / BytesPerToken
	// MinTokens is the smallest budget.
	MinTokens = 16
)

// Options say how large chunks are, in estimated tokens.
type Options struct {
	Tokens  int // at most, from MinTokens to MaxTokens, overlap included
	Overlap int // at most, up to half of Tokens
}

// DefaultOptions: passages of a few paragraphs. About as much as the 300 tokens
// with 20 % overlap that Bedrock's own knowledge bases begin with, by the
// model's count:
// https://docs.aws.amazon.com/bedrock/latest/userguide/kb-chunking.html
func DefaultOptions() Options { return Options{Tokens: 512, Overlap: 80} }

func (o Options) validate() error {
	if o.Tokens < MinTokens || o.Tokens > MaxTokens {
		return fmt.Errorf("a chunk has %d tokens: it must have %d to %d", o.Tokens, MinTokens, MaxTokens)
	}
	if o.Overlap < 0 || o.Overlap > o.Tokens/2 {
		return fmt.Errorf("chunks overlap by %d tokens: they may by 0 to half of %d", o.Overlap, o.Tokens)
	}
	return nil
}

// Chunk is a piece of a document.
type Chunk struct {
	Index   int    // from 0
	Text    string // a piece of Text of the document's blocks
	Overlap int    // bytes at the begin of Text that stand in the chunk before too
	Section []string
	Page    int // of the first byte behind the overlap; 0 without pages
	Tokens  int // estimated
}

// EstimateTokens is how many tokens text is taken to have.
func EstimateTokens(text string) int { return (len(text) + BytesPerToken - 1) / BytesPerToken }

// separator stands between blocks.
const separator = "\n\n"

// Text is the whole of a document: its blocks, an empty line between them. The
// chunks' texts without their overlaps make it up.
func Text(blocks []extract.Block) string {
	size := 0
	for _, b := range blocks {
		size += len(b.Text) + len(separator)
	}
	var text strings.Builder
	text.Grow(size)
	for i, b := range blocks {
		if i > 0 {
			text.WriteString(separator)
		}
		text.WriteString(b.Text)
	}
	return text.String()
}

// Split cuts a document. Its only error is one of the options.
func Split(blocks []extract.Block, o Options) ([]Chunk, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := splitter{text: Text(blocks), budget: o.Tokens * BytesPerToken, overlap: o.Overlap * BytesPerToken}
	offset := 0
	for _, b := range blocks {
		end := min(offset+len(b.Text)+len(separator), len(s.text))
		s.add(b, offset, end)
		offset = end
	}
	s.flush()
	return s.chunks, nil
}
