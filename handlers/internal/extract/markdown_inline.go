package extract

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// inline is the text below n: that of links and images without where they point,
// that of emphasis without its marks. It doesn't call itself: emphasis may stand
// inside emphasis a million times over.
func (m markdown) inline(root ast.Node) string {
	var out strings.Builder
	for n := root; n != nil; n = following(n, root) {
		switch n := n.(type) {
		case *ast.Text:
			value := n.Segment.Value(m.source)
			if !n.IsRaw() {
				value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
			}
			out.Write(value)
			if n.HardLineBreak() {
				out.WriteByte('\n')
			} else if n.SoftLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(m.source))
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
			out.WriteString(m.lines(n))
		case *ast.Paragraph, *ast.TextBlock, *ast.Heading:
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
		}
	}
	return out.String()
}

// following is the node behind n in document order, within root.
func following(n, root ast.Node) ast.Node {
	if c := n.FirstChild(); c != nil {
		return c
	}
	for n != root {
		if s := n.NextSibling(); s != nil {
			return s
		}
		n = n.Parent()
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
