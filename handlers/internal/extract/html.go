package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parseHTML reads a page, or a piece of one, as browsers do. What nobody sees
// (scripts, styles, hidden elements) is left out.
func parseHTML(b *builder, source string) error {
	root, err := html.Parse(&reader{b.ctx, strings.NewReader(source)})
	if err != nil {
		if b.going() && strings.Contains(err.Error(), "exceeds") {
			return reject(TooComplex, err)
		}
		return broken(err)
	}
	p := page{b: b}
	p.walk(root)
	p.flush()
	return b.err
}

// page writes the elements of a page. Its methods call themselves for each level;
// html.Parse takes 512 of them.
type page struct {
	b    *builder
	text strings.Builder // of the paragraph that is open
}

func (p *page) flush() {
	p.b.add(Paragraph, collapse(p.text.String()))
	p.text.Reset()
}

func (p *page) walk(n *html.Node) {
	if !p.b.going() {
		return
	}
	switch n.Type {
	case html.TextNode:
		p.text.WriteString(spaced(n.Data))
		return
	case html.ElementNode:
		if unseen(n) || p.element(n) {
			return
		}
	}
	block := isBlock(n)
	if block {
		p.flush()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c)
	}
	if block {
		p.flush()
	}
}

// element writes an element that is more than a container of others.
func (p *page) element(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Br:
		p.text.WriteByte('\n')
	case atom.Img:
		p.text.WriteString(spaced(attribute(n, "alt")))
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.flush()
		p.b.heading(int(n.Data[1]-'0'), textOf(n))
	case atom.Pre:
		p.flush()
		p.b.add(Code, rawText(n))
	case atom.Ul, atom.Ol, atom.Menu, atom.Dl:
		if holds(n, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) {
			return false
		}
		p.flush()
		var out strings.Builder
		writeList(&out, n, 0)
		p.b.add(List, out.String())
	case atom.Table:
		if holds(n, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) {
			return false // for layout: its cells hold the document
		}
		p.flush()
		p.table(n)
	default:
		return false
	}
	return true
}

func (p *page) table(n *html.Node) {
	var t rows
	var caption string
	for c := range n.Descendants() {
		switch {
		case c.Type != html.ElementNode:
		case c.DataAtom == atom.Caption:
			caption = textOf(c)
		case c.DataAtom == atom.Tr:
			var cells []string
			for cell := range c.ChildNodes() {
				if cell.DataAtom == atom.Td || cell.DataAtom == atom.Th {
					cells = append(cells, textOf(cell))
				}
			}
			t.add(cells)
		}
	}
	p.b.add(Paragraph, caption)
	p.b.add(Table, t.text.String())
}
