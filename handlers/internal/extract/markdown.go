package extract

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// parseMarkdown reads CommonMark with GitHub's tables, strikethrough and tasks.
func parseMarkdown(b *builder, source string) error {
	if tooNested(source, b.limits.Nesting) || tooWide(source, b.limits.Cells) || tooManyReferences(source, b.limits.References) {
		return reject(TooComplex, nil)
	}
	matter, source := frontMatter(source)
	b.add(Code, matter)
	bytes := []byte(source)
	parser := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList), stoppable(b.ctx)).Parser()
	m := markdown{b, bytes}
	m.blocks(parser.Parse(text.NewReader(bytes)))
	return b.err
}

// frontMatter splits off metadata in YAML, which would be read as a heading.
func frontMatter(source string) (matter, rest string) {
	body, ok := strings.CutPrefix(source, "---\n")
	if !ok {
		return "", source
	}
	if matter, rest, ok = strings.Cut(body, "\n---\n"); !ok || strings.Contains(matter, "\n\n") {
		return "", source
	}
	return matter, rest
}

type markdown struct {
	b      *builder
	source []byte
}

// blocks adds the children of a container.
func (m markdown) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil && m.b.going(); n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			m.b.heading(n.Level, m.inline(n))
		case *ast.Paragraph, *ast.TextBlock:
			m.b.add(Paragraph, m.inline(n))
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			m.b.add(Code, m.lines(n))
		case *ast.HTMLBlock:
			m.html(n)
		case *ast.List:
			var text strings.Builder
			m.list(&text, n, 0)
			m.b.add(List, text.String())
		case *extast.Table:
			m.b.add(Table, m.table(n))
		default:
			m.blocks(n) // a quote; a thematic break has no children
		}
	}
}

func (m markdown) lines(n ast.Node) string {
	return string(n.Lines().Value(m.source))
}

func (m markdown) html(n *ast.HTMLBlock) {
	text := m.lines(n)
	if n.HasClosure() {
		text += string(n.ClosureLine.Value(m.source))
	}
	if err := parseHTML(m.b, text); err != nil && m.b.err == nil {
		m.b.err = err
	}
}

// list writes a list's items, those of the lists inside them indented.
func (m markdown) list(out *strings.Builder, list *ast.List, depth int) {
	number := list.Start
	for li := list.FirstChild(); li != nil && m.b.going(); li = li.NextSibling() {
		marker := "- "
		if list.IsOrdered() {
			marker = itoa(number) + ". "
			number++
		}
		for n := li.FirstChild(); n != nil; n = n.NextSibling() {
			switch n := n.(type) {
			case *ast.List:
				m.list(out, n, depth+1)
				continue
			case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
				out.WriteString(item(depth, marker, m.lines(n)))
			case *extast.Table:
				out.WriteString(item(depth, marker, m.table(n)))
			default:
				out.WriteString(item(depth, marker, m.inline(n)))
			}
			marker = strings.Repeat(" ", len(marker)) // only the first has it
		}
	}
}

func (m markdown) table(table *extast.Table) string {
	var t rows
	for row := table.FirstChild(); row != nil && m.b.going(); row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, m.inline(cell))
		}
		t.add(cells)
	}
	return t.text.String()
}
