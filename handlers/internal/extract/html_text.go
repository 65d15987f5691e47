package extract

import (
	"context"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// reader ends with its context.
type reader struct {
	ctx context.Context //nolint:containedctx // of one parser's run
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// unseen reports whether a browser shows nothing of n.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg, atom.Math,
		atom.Canvas, atom.Audio, atom.Video, atom.Textarea, atom.Select, atom.Datalist, atom.Dialog:
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// isBlock reports whether n begins and ends a paragraph.
func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details,
		atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Header, atom.Hgroup,
		atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Section, atom.Summary,
		atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return true
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func holds(n *html.Node, atoms ...atom.Atom) bool {
	for c := range n.Descendants() {
		if slices.Contains(atoms, c.DataAtom) {
			return true
		}
	}
	return false
}

// spaced is text as it flows: its line ends are spaces, only <br> ends a line.
func spaced(text string) string { return whiteSpace.Replace(text) }

var whiteSpace = strings.NewReplacer("\n", " ", "\t", " ", "\r", " ", "\f", " ")

// collapse makes runs of spaces one, and cuts them from the ends of lines. Other
// white space, such as one that doesn't break, stays.
func collapse(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' }), " ")
	}
	return strings.Join(lines, "\n")
}

// textOf is the visible text below n, in one paragraph.
func textOf(n *html.Node) string {
	var out strings.Builder
	writeText(&out, n, nil)
	return strings.TrimSpace(collapse(out.String()))
}

// writeText writes the visible text below n, without that below the lists that
// stop says.
func writeText(out *strings.Builder, n *html.Node, stop func(*html.Node) bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			out.WriteString(spaced(c.Data))
		case c.Type != html.ElementNode, unseen(c), stop != nil && stop(c):
		case c.DataAtom == atom.Br:
			out.WriteByte('\n')
		case c.DataAtom == atom.Img:
			out.WriteString(spaced(attribute(c, "alt")))
		default:
			block := isBlock(c)
			if block {
				out.WriteByte(' ')
			}
			writeText(out, c, stop)
			if block {
				out.WriteByte(' ')
			}
		}
	}
}

// rawText is the text below n as it stands.
func rawText(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		switch {
		case c.Type == html.TextNode:
			out.WriteString(c.Data)
		case c.DataAtom == atom.Br:
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func isList(n *html.Node) bool {
	return n.DataAtom == atom.Ul || n.DataAtom == atom.Ol || n.DataAtom == atom.Menu || n.DataAtom == atom.Dl
}

// writeList writes a list's items, those of the lists inside them indented.
func writeList(out *strings.Builder, list *html.Node, depth int) {
	number := 1
	for c := list.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || unseen(c) {
			continue
		}
		if isList(c) { // not allowed there, but common
			writeList(out, c, depth+1)
			continue
		}
		marker, at := "- ", depth
		switch {
		case c.DataAtom == atom.Dd:
			at++
		case c.DataAtom == atom.Li && list.DataAtom == atom.Ol:
			marker = itoa(number) + ". "
			number++
		}
		var text strings.Builder
		writeText(&text, c, isList)
		out.WriteString(item(at, marker, collapse(text.String())))
		for inner := range innerLists(c) {
			writeList(out, inner, depth+1)
		}
	}
}

// innerLists are the lists below n that no other list holds.
func innerLists(n *html.Node) func(yield func(*html.Node) bool) {
	var visit func(n *html.Node, yield func(*html.Node) bool) bool
	visit = func(n *html.Node, yield func(*html.Node) bool) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || unseen(c) {
				continue
			}
			if isList(c) {
				if !yield(c) {
					return false
				}
			} else if !visit(c, yield) {
				return false
			}
		}
		return true
	}
	return func(yield func(*html.Node) bool) { visit(n, yield) }
}
