// Package extract takes the text out of an uploaded document and keeps its
// structure: headings, paragraphs, lists, tables and code, in reading order, with
// the page where the format has pages.
//
// What a document is, is decided by its content. A document that can't be learned
// (encrypted, broken, a scan, a decompression bomb, not what it was declared as)
// is a *Rejection with a reason that may be shown to people; any other error is
// the caller's context that ended.
package extract

import (
	"context"
	"slices"
)

// Kind is what a block is.
type Kind string

// The kinds of block.
const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	List      Kind = "list"  // an item a line, nested ones indented by two spaces a level
	Table     Kind = "table" // a row a line, cells separated by " | "
	Code      Kind = "code"
)

// Block is a piece of a document. Its text is valid UTF-8, not empty, and holds
// no control characters but line feeds and tabs.
type Block struct {
	Kind    Kind
	Text    string
	Level   int      // of a heading, 1 to 6; otherwise 0
	Section []string // the headings that it stands below, outermost first; shared: not to be changed
	Page    int      // from 1; 0 where the format has no pages
}

// The media types of the documents that can be learned.
const (
	TypeText     = "text/plain"
	TypeMarkdown = "text/markdown"
	TypeHTML     = "text/html"
	TypePDF      = "application/pdf"
	TypeDOCX     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// Document is what was found in a document.
type Document struct {
	Type   string // one of the Type constants
	Pages  int    // 0 where the format has no pages
	Blocks []Block
}

// Extract returns the blocks of a document, of which there is at least one.
// declared is its content type as its uploader had it; "" and the types that
// mean "some bytes" declare nothing.
//
// It returns when ctx ends or limits.Time has passed, even in the midst of a
// parser; the parser then ends by itself at its next step.
func Extract(ctx context.Context, data []byte, declared string, limits Limits) (Document, error) {
	if err := ctx.Err(); err != nil {
		return Document{}, ended(ctx, err)
	}
	if len(data) == 0 {
		return Document{}, reject(Empty, nil)
	}
	if int64(len(data)) > limits.Bytes {
		return Document{}, reject(TooLarge, nil)
	}
	return guarded(ctx, limits, func(ctx context.Context) (Document, error) {
		found, err := sniff(data, declared, limits)
		if err != nil {
			return Document{}, err
		}
		b := newBuilder(ctx, limits)
		pages, err := found.parse(b)
		if err == nil {
			err = b.err
		}
		if err != nil {
			return Document{}, err
		}
		if len(b.blocks) == 0 {
			return Document{}, reject(NoText, nil)
		}
		return Document{Type: found.mediaType, Pages: pages, Blocks: slices.Clip(b.blocks)}, nil
	})
}

// format is a document whose type is known.
type format struct {
	mediaType string
	parse     func(*builder) (pages int, err error)
}
