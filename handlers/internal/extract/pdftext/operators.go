package pdftext

import (
	"errors"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

func isLimit(err error) bool { return errors.Is(err, ErrLimit) }

// operate carries out an operator (ISO 32000-1, annex A). Those that draw no text
// and move none are read over.
func (c *content) operate(op string) error {
	st := &c.state
	switch op {
	case "q":
		if len(c.saved) == maxSaved {
			return ErrLimit
		}
		c.saved = append(c.saved, *st)
	case "Q":
		if n := len(c.saved); n > 0 {
			*st, c.saved = c.saved[n-1], c.saved[:n-1]
		}
	case "cm":
		st.ctm = c.matrix().times(st.ctm)
	case "BT":
		c.textM, c.lineM = identity, identity
	case "Tc":
		st.charSpace = c.num(0)
	case "Tw":
		st.wordSpace = c.num(0)
	case "Tz":
		st.scale = c.num(0) / 100
	case "TL":
		st.leading = c.num(0)
	case "Ts":
		st.rise = c.num(0)
	case "Tf":
		st.size = c.num(0)
		if n := len(c.operands); n > 1 {
			return c.setFont(c.operands[n-2].str)
		}
	case "Td":
		c.move(c.num(1), c.num(0))
	case "TD":
		st.leading = -c.num(0)
		c.move(c.num(1), c.num(0))
	case "Tm":
		c.lineM = c.matrix()
		c.textM = c.lineM
	case "T*":
		c.move(0, -st.leading)
	case "Tj":
		c.show(c.str())
	case "'":
		c.move(0, -st.leading)
		c.show(c.str())
	case "\"":
		st.wordSpace, st.charSpace = c.num(2), c.num(1)
		c.move(0, -st.leading)
		c.show(c.str())
	case "TJ":
		if n := len(c.operands); n > 0 {
			c.showAll(c.operands[n-1].items)
		}
	case "BI":
		c.lexer.skipImage()
	case "BMC", "BDC":
		c.begin(op)
	case "EMC":
		if n := len(c.artifacts); n > 0 {
			c.artifacts = c.artifacts[:n-1]
		}
	case "Do":
		return c.form(c.str())
	}
	return nil
}

func (c *content) matrix() matrix {
	return matrix{c.num(5), c.num(4), c.num(3), c.num(2), c.num(1), c.num(0)}
}

// showAll draws strings, moved by the numbers between them.
func (c *content) showAll(items []token) {
	for _, t := range items {
		switch t.kind {
		case text:
			c.show(t.str)
		case numeric:
			c.advance(-t.num / 1000 * c.state.size * c.state.scale)
		}
	}
}

// begin opens marked content. What is marked as an artifact (the head and the foot
// of each page, its number) is none of the document's text.
func (c *content) begin(op string) {
	first := len(c.operands) - 1
	if op == "BDC" {
		first--
	}
	n := len(c.artifacts)
	artifact := n > 0 && c.artifacts[n-1] || first >= 0 && c.operands[first].str == "Artifact"
	if n < maxSaved {
		c.artifacts = append(c.artifacts, artifact)
	}
}

// form draws a form, which is a content stream of its own, unless it is inside
// itself.
func (c *content) form(xobject string) error {
	object := dict(c.file, c.resources["XObject"])[xobject]
	stream, ok := resolve(c.file, object).(types.StreamDict)
	if !ok || name(c.file, stream.Dict["Subtype"]) != "Form" || len(c.forms) == maxForms {
		return nil
	}
	ref, _ := object.(types.IndirectRef) // a stream always is one
	if slices.Contains(c.forms, ref) {
		return nil
	}
	data, err := c.unpack(stream)
	if err != nil {
		return err
	}
	inner := &content{
		document: c.document, resources: dict(c.file, stream.Dict["Resources"]), pageResources: c.pageResources, state: c.state,
		textM: identity, lineM: identity, lexer: lexer{data: data}, runs: c.runs,
		forms: append(slices.Clip(c.forms), ref),
	}
	if n := len(c.artifacts); n > 0 {
		inner.artifacts = []bool{c.artifacts[n-1]}
	}
	if inner.resources == nil {
		inner.resources = c.pageResources
	}
	if m := numbers(c.file, stream.Dict["Matrix"]); len(m) == 6 {
		inner.state.ctm = matrix{m[0], m[1], m[2], m[3], m[4], m[5]}.times(c.state.ctm)
	}
	return inner.interpret(&c.runs)
}

// setFont chooses a font of the resources. One that is used again is read once.
func (c *content) setFont(resource string) error {
	if f := c.named[resource]; f != nil {
		c.state.font = f
		return nil
	}
	object := dict(c.file, c.resources["Font"])[resource]
	ref, shared := object.(types.IndirectRef)
	f := c.fonts[ref]
	if !shared || f == nil {
		var err error
		if f, err = c.readFont(dict(c.file, object)); err != nil {
			return err
		}
	}
	if shared {
		c.fonts[ref] = f
	}
	if c.named == nil {
		c.named = map[string]*font{}
	}
	c.state.font, c.named[resource] = f, f
	return nil
}
