package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowops/flowops/handlers/internal/extract/pdftest"
)

// below is the headings that a block stands below.
func below(titles ...string) []string { return titles }

func TestBlocks(t *testing.T) {
	tests := map[string]struct {
		declared string
		data     []byte
		want     []Block
	}{
		"text": {TypeText, []byte("First line\nsecond line\n\n \n\tThe second.\r\n\r\nThird"), []Block{
			{Kind: Paragraph, Text: "First line\nsecond line"}, {Kind: Paragraph, Text: "The second."}, {Kind: Paragraph, Text: "Third"},
		}},
		"Markdown, headings": {TypeMarkdown, []byte("intro\n\n# One *x*\n\na\n\nTwo\n---\nb\n\n### Three\nc\n\n# Four\nd"), []Block{
			{Kind: Paragraph, Text: "intro"},
			{Kind: Heading, Text: "One x", Level: 1}, {Kind: Paragraph, Text: "a", Section: below("One x")},
			{Kind: Heading, Text: "Two", Level: 2, Section: below("One x")}, {Kind: Paragraph, Text: "b", Section: below("One x", "Two")},
			{Kind: Heading, Text: "Three", Level: 3, Section: below("One x", "Two")}, {Kind: Paragraph, Text: "c", Section: below("One x", "Two", "Three")},
			{Kind: Heading, Text: "Four", Level: 1}, {Kind: Paragraph, Text: "d", Section: below("Four")},
		}},
		"Markdown, inline": {TypeMarkdown, []byte("A [link](http://x) to `c*d*` &amp; \\*this\\*,\n**bold _both_** ![alt](i.png)  \n<http://y> ~~no~~"), []Block{
			{Kind: Paragraph, Text: "A link to c*d* & *this*, bold both alt\nhttp://y no"},
		}},
		"Markdown, blocks": {TypeMarkdown, []byte("- a\n  - b\n\n    ```\n    code in b\n    ```\n- [x] c\n\n3. n\n4. m\n\n| H | I |\n|---|---|\n| 1 | 2 |\n\n```go\nx := 1\n\n\ty\n```\n\n> quoted\n\n<div>raw <b>html</b></div>\n\n---\n"), []Block{
			{Kind: List, Text: "- a\n  - b\n    code in b\n- c"}, {Kind: List, Text: "3. n\n4. m"}, {Kind: Table, Text: "H | I\n1 | 2"},
			{Kind: Code, Text: "x := 1\n\n\ty"}, {Kind: Paragraph, Text: "quoted"}, {Kind: Paragraph, Text: "raw html"},
		}},
		"Markdown, front matter": {TypeMarkdown, []byte("---\ntitle: x\n---\n# H\n"), []Block{{Kind: Code, Text: "title: x"}, {Kind: Heading, Text: "H", Level: 1}}},
		"HTML": {TypeHTML, []byte(`<!doctype html><html><head><title>no</title><style>p{}</style></head><body>
			<h1>One  <em>x</em></h1><p>a
			b<br>c &eacute;</p>loose <b>text</b><script>no()</script><h2>Two</h2><div>d<div>e</div>f</div><p hidden>no</p><p style="Display: none">no</p>
			<ul><li>i<ul><li>j</li></ul></li><li><p>k</p></li></ul><ol><li>l</li></ol><pre>x
   y</pre><table><caption>cap</caption><tr><th>A<th>B</tr><tr><td>1<td><p>2</p></td></tr><tr><td><td></tr></table><img alt="pic">`), []Block{
			{Kind: Heading, Text: "One x", Level: 1}, {Kind: Paragraph, Text: "a b\nc é", Section: below("One x")},
			{Kind: Paragraph, Text: "loose text", Section: below("One x")}, {Kind: Heading, Text: "Two", Level: 2, Section: below("One x")},
			{Kind: Paragraph, Text: "d", Section: below("One x", "Two")}, {Kind: Paragraph, Text: "e", Section: below("One x", "Two")},
			{Kind: Paragraph, Text: "f", Section: below("One x", "Two")}, {Kind: List, Text: "- i\n  - j\n- k", Section: below("One x", "Two")},
			{Kind: List, Text: "1. l", Section: below("One x", "Two")}, {Kind: Code, Text: "x\n   y", Section: below("One x", "Two")},
			{Kind: Paragraph, Text: "cap", Section: below("One x", "Two")}, {Kind: Table, Text: "A | B\n1 | 2", Section: below("One x", "Two")},
			{Kind: Paragraph, Text: "pic", Section: below("One x", "Two")},
		}},
		"HTML, a table for layout": {TypeHTML, []byte(`<table><tr><td><h1>H</h1>text<td><table><tr><td>in</table></table>`), []Block{
			{Kind: Heading, Text: "H", Level: 1}, {Kind: Paragraph, Text: "text", Section: below("H")}, {Kind: Table, Text: "in", Section: below("H")},
		}},
		"HTML, terms":           {TypeHTML, []byte("<dl><dt>term<dd>what it is</dl>"), []Block{{Kind: List, Text: "- term\n  - what it is"}}},
		"HTML, its own charset": {TypeHTML, []byte("<meta charset=shift_jis><p>\x93\xfa\x96\x7b"), []Block{{Kind: Paragraph, Text: "日本"}}},
		"XHTML":                 {"application/xhtml+xml", []byte(`<?xml version="1.0"?><html><body><p>x</p></body></html>`), []Block{{Kind: Paragraph, Text: "x"}}},
		"DOCX": {TypeDOCX, docxOf(t, p("H1", "One")+p("", "a")+p("Mine", "Two")+p("Out", "Three")+p("Loop", "b")+
			p("Bullet", "i")+`<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>j</w:t></w:r></w:p>`+
			p("Src", "x :=")+p("Src", "")+p("Src", "  1")+
			`<w:tbl><w:tr><w:tc>`+p("H1", "A")+`</w:tc><w:tc>`+p("", "B")+p("", "C")+`</w:tc></w:tr><w:tr><w:tc><w:tbl><w:tr><w:tc>`+p("", "in")+`</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`,
			"word/footnotes.xml", `<w:footnotes xmlns:w="w"><w:footnote w:type="separator">`+p("", "no")+`</w:footnote><w:footnote>`+p("", "note")+`</w:footnote></w:footnotes>`), []Block{
			{Kind: Heading, Text: "One", Level: 1}, {Kind: Paragraph, Text: "a", Section: below("One")},
			{Kind: Heading, Text: "Two", Level: 2, Section: below("One")}, {Kind: Heading, Text: "Three", Level: 3, Section: below("One", "Two")},
			{Kind: Paragraph, Text: "b", Section: below("One", "Two", "Three")}, {Kind: List, Text: "- i\n  - j", Section: below("One", "Two", "Three")},
			{Kind: Code, Text: "x :=\n\n  1", Section: below("One", "Two", "Three")}, {Kind: Table, Text: "A | B C\nin", Section: below("One", "Two", "Three")},
			{Kind: Paragraph, Text: "note", Section: below("One", "Two", "Three")},
		}},
		"DOCX, what is not shown": {TypeDOCX, docxOf(t, `<w:p><w:r><w:t xml:space="preserve">a </w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c&amp;</w:t></w:r>
			<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>no</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>d</w:t></w:r></w:ins>
			<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>e</w:t></w:r><w:r><w:instrText>no</w:instrText></w:r>
			<mc:AlternateContent><mc:Choice><w:r><w:txbxContent>`+p("", "box")+`</w:txbxContent></w:r></mc:Choice><mc:Fallback>`+p("", "no")+`</mc:Fallback></mc:AlternateContent></w:p>`), []Block{
			{Kind: Paragraph, Text: "box"}, {Kind: Paragraph, Text: "a \tb\nc&de"},
		}},
		"PDF": {TypePDF, pdftest.Pages(
			pdftest.TextAt(20, 750, "The Title")+pdftest.TextAt(14, 710, "A heading")+pdftest.TextAt(10, 690, "The first line of it,", "the second \\(2\\) and hy-", "phen.")+
				pdftest.TextAt(10, 600, "\\225 an item", "that goes on", "\\225 another"),
			pdftest.TextAt(14, 750, "More")+pdftest.TextAt(10, 700, "Text on page two.")), []Block{
			{Kind: Heading, Text: "The Title", Level: 1, Page: 1}, {Kind: Heading, Text: "A heading", Level: 2, Section: below("The Title"), Page: 1},
			{Kind: Paragraph, Text: "The first line of it, the second (2) and hy-phen.", Section: below("The Title", "A heading"), Page: 1},
			{Kind: List, Text: "• an item that goes on\n• another", Section: below("The Title", "A heading"), Page: 1},
			{Kind: Heading, Text: "More", Level: 2, Section: below("The Title"), Page: 2},
			{Kind: Paragraph, Text: "Text on page two.", Section: below("The Title", "More"), Page: 2},
		}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			d := extracted(t, c.data, c.declared)
			if diff := cmp.Diff(c.want, d.Blocks, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
			if d.Type != c.declared && c.declared != "application/xhtml+xml" {
				t.Errorf("type is %s", d.Type)
			}
			if last := d.Blocks[len(d.Blocks)-1].Page; d.Pages != last {
				t.Errorf("%d pages, the last block is on %d", d.Pages, last)
			}
		})
	}
}

// Content decides: a name or a declared type only where the content leaves it open.
func TestTypes(t *testing.T) {
	tests := map[string]struct {
		declared string
		data     []byte
		want     string
	}{
		"PDF":                           {"", pdftest.Pages(pdftest.TextAt(10, 100, "x")), TypePDF},
		"PDF behind some bytes":         {"application/octet-stream", append([]byte("\r\n\r\n"), pdftest.Pages(pdftest.TextAt(10, 100, "x"))...), TypePDF},
		"DOCX":                          {"binary/octet-stream", docxOf(t, p("", "x")), TypeDOCX},
		"HTML":                          {"", []byte(" <!-- a --><p>x"), TypeHTML},
		"Markdown by a heading":         {"", []byte("a\n## b"), TypeMarkdown},
		"Markdown by code":              {"", []byte("a\n```\nb\n```"), TypeMarkdown},
		"text":                          {"", []byte("#hash <b tag"), TypeText},
		"Markdown as declared":          {"text/x-markdown; charset=utf-8", []byte("x"), TypeMarkdown},
		"Markdown that begins as HTML":  {TypeMarkdown, []byte("<p align=center>x</p>\n\n# y"), TypeMarkdown},
		"text that looks like Markdown": {TypeText, []byte("# x"), TypeText},
		"a piece of HTML":               {TypeHTML, []byte("x <b>y</b>"), TypeHTML},
		"parameters and case":           {"TEXT/HTML; Charset=UTF-8", []byte("<p>x"), TypeHTML},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			if d := extracted(t, c.data, c.declared); d.Type != c.want {
				t.Errorf("type is %s, want %s", d.Type, c.want)
			}
		})
	}
}
