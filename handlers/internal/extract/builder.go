package extract

import (
	"context"
	"strings"
)

// builder collects a document's blocks and knows the headings that the next one
// stands below.
type builder struct {
	ctx     context.Context //nolint:containedctx // of one call of Extract
	limits  Limits
	blocks  []Block
	page    int
	bytes   int
	section []string
	levels  []int // of the headings in section
	err     error // the first, after which nothing is added
}

func newBuilder(ctx context.Context, limits Limits) *builder {
	return &builder{ctx: ctx, limits: limits}
}

// heading adds a heading of a level from 1 and opens its section.
func (b *builder) heading(level int, text string) {
	text = oneLine(text)
	if text == "" {
		return
	}
	level = min(max(level, 1), 6)
	keep := len(b.levels)
	for keep > 0 && b.levels[keep-1] >= level {
		keep--
	}
	// Blocks share the slice: a new section gets one of its own.
	b.section, b.levels = b.section[:keep:keep], b.levels[:keep:keep]
	b.push(Block{Kind: Heading, Text: text, Level: level})
	b.section, b.levels = append(b.section, text), append(b.levels, level)
}

// add adds a block, unless its text is blank.
func (b *builder) add(kind Kind, text string) {
	text = clean(text)
	if kind == Code {
		text = strings.Trim(trimLines(text, false), "\n")
	} else {
		text = strings.TrimSpace(trimLines(text, true))
	}
	if strings.TrimSpace(text) != "" {
		b.push(Block{Kind: kind, Text: text})
	}
}

func (b *builder) push(block Block) {
	if !b.going() {
		return
	}
	block.Section, block.Page = b.section, b.page
	b.bytes += len(block.Text)
	if b.bytes > b.limits.Text || len(b.blocks) == b.limits.Blocks {
		b.err = reject(TooLarge, nil)
		return
	}
	b.blocks = append(b.blocks, block)
}

// going reports whether there is a point in going on.
func (b *builder) going() bool {
	if b.err == nil {
		b.err = b.ctx.Err()
	}
	return b.err == nil
}
