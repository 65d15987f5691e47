package pdftext

import (
	"context"
	"math"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// run is a string that a page draws, from one point of the page to another.
type run struct {
	text       string
	x, y       float64 // where it begins, in points
	endX, endY float64
	size       float64 // of its letters, in points
	bold       bool
}

// document is what the pages of a file share.
type document struct {
	ctx       context.Context //nolint:containedctx // of one call of Read
	file      *model.Context
	limits    Limits
	fonts     map[types.IndirectRef]*font
	operators int
	unpacked  int64
	glyphs    int // drawn
	unmapped  int // of them, to no character
}

// matrix maps (x, y) to (a*x + c*y + e, b*x + d*y + f).
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// times applies m, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// state is what q saves and Q brings back.
type state struct {
	ctm                               matrix
	font                              *font
	size, charSpace, wordSpace, scale float64 // scale is 1 for 100 %
	leading, rise                     float64
}

// content interprets one content stream.
type content struct {
	*document
	resources     types.Dict
	named         map[string]*font // of resources, read so far
	state         state
	saved         []state
	textM, lineM  matrix
	artifacts     []bool // of the marked contents that are open: whether text inside is none of the document's
	runs          []run
	forms         []types.IndirectRef // that this one stands in, itself included
	lexer         lexer
	operands      []token
	pageResources types.Dict
}

// Some programs set justified text with letters of several words in one string,
// moved apart by the space between letters, and close spaces that stand between
// letters of one word. spreadLength is up to which length in bytes such spacing
// is between words: longer strings are titles, spaced out. leastSpace is the
// width, in ems, of a space that is one.
const (
	spreadLength = 4
	leastSpace   = 0.05
)

// maxForms is how deep forms may stand inside each other, maxSaved how many
// states may be saved: more than any document has.
const (
	maxForms = 12
	maxSaved = 1000
)

// page returns the strings that a page draws, in its order.
func (d *document) page(p page) ([]run, error) {
	if err := d.ctx.Err(); err != nil {
		return nil, err
	}
	data, err := d.contents(p.dict["Contents"])
	if err != nil {
		return nil, err
	}
	c := &content{
		document: d, resources: p.resources, pageResources: p.resources, state: state{ctm: identity, scale: 1},
		textM: identity, lineM: identity, lexer: lexer{data: data},
	}
	return c.runs, c.interpret(&c.runs)
}

// contents unpacks a page's stream, or its streams as one. One that is broken is
// left out, as viewers do.
func (d *document) contents(o types.Object) ([]byte, error) {
	var out []byte
	streams := array(d.file, o)
	if streams == nil {
		streams = types.Array{o}
	}
	for _, s := range streams {
		data, err := d.unpack(s)
		if err != nil {
			return nil, err
		}
		out = append(append(out, data...), '\n')
	}
	return out, nil
}

// unpack returns a stream's data: nil where it is none or broken.
func (d *document) unpack(o types.Object) ([]byte, error) {
	s, ok := resolve(d.file, o).(types.StreamDict)
	if !ok {
		return nil, nil
	}
	left := d.limits.Streams - d.unpacked
	data, err := s.DecodeLengthWithLimit(-1, min(left, d.limits.Stream))
	if d.unpacked += int64(len(data)); d.unpacked > d.limits.Streams {
		return nil, ErrLimit
	}
	if err = classify(err); isLimit(err) {
		return nil, err
	}
	return data, nil
}

func (c *content) interpret(out *[]run) error {
	for {
		t, ok := c.lexer.next()
		if !ok {
			*out = c.runs
			return nil
		}
		if t.kind != operator {
			if len(c.operands) < 64 { // no operator takes as many
				c.operands = append(c.operands, t)
			}
			continue
		}
		if c.document.operators++; c.document.operators > c.limits.Operators {
			return ErrLimit
		}
		if c.document.operators%10_000 == 0 {
			if err := c.ctx.Err(); err != nil {
				return err
			}
		}
		if err := c.operate(t.str); err != nil {
			return err
		}
		c.operands = c.operands[:0]
	}
}

// num is an operand, counted from the last.
func (c *content) num(fromEnd int) float64 {
	if i := len(c.operands) - 1 - fromEnd; i >= 0 {
		return c.operands[i].num
	}
	return 0
}

func (c *content) str() string {
	if n := len(c.operands); n > 0 {
		return c.operands[n-1].str
	}
	return ""
}

// move begins a line, at an offset from the beginning of the one before.
func (c *content) move(x, y float64) {
	c.lineM = matrix{1, 0, 0, 1, x, y}.times(c.lineM)
	c.textM = c.lineM
}

// show draws a string.
func (c *content) show(s string) {
	if c.state.font == nil {
		return
	}
	hidden := len(c.artifacts) > 0 && c.artifacts[len(c.artifacts)-1]
	st := &c.state
	glyph := matrix{st.size * st.scale, 0, 0, st.size, 0, st.rise}
	start := glyph.times(c.textM).times(st.ctm)
	var text []byte
	spread := st.charSpace > wordGap*st.size && len(s) <= spreadLength
	trailing := 0.0 // space behind the last letter, which is not part of it
	for rest := s; rest != ""; {
		g := st.font.next(&rest)
		c.glyphs++
		if g.text == unknown {
			c.unmapped++
		}
		trailing = st.charSpace
		if g.space {
			trailing += st.wordSpace
		}
		width := g.width*st.size + trailing
		c.advance(width * st.scale)
		if g.text == " " && width < leastSpace*st.size {
			continue // closed by spacing
		}
		text = append(text, g.text...)
		if spread && rest != "" && g.text != " " {
			text = append(text, ' ')
		}
	}
	if hidden || len(text) == 0 {
		return
	}
	end := matrix{1, 0, 0, 1, -trailing * st.scale, 0}.times(c.textM)
	end = glyph.times(end).times(st.ctm)
	r := run{string(text), start.e, start.f, end.e, end.f, math.Hypot(start.c, start.d), st.font.bold}
	if isPlace(r.x) && isPlace(r.y) && isPlace(r.endX) && isPlace(r.endY) && r.size > 0 && r.size < 1e4 {
		c.runs = append(c.runs, r)
	}
}

func isPlace(x float64) bool { return x > -1e7 && x < 1e7 }

func (c *content) advance(x float64) { c.textM = matrix{1, 0, 0, 1, x, 0}.times(c.textM) }
