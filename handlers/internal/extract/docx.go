package extract

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// parse reads the text, then the notes that stand below it.
func (d *docx) parse(b *builder) error {
	styles, err := d.styles()
	if err != nil {
		return err
	}
	folder := strings.TrimSuffix(d.main, "document.xml")
	for _, name := range []string{d.main, folder + "footnotes.xml", folder + "endnotes.xml"} {
		w := &word{b: b, styles: styles, limits: d.limits}
		if err := d.read(b.ctx, name, w.parse); err != nil {
			return err
		}
		w.flush()
		if b.err != nil {
			return b.err
		}
	}
	return nil
}

// word reads the elements of a part (ISO/IEC 29500-1, 17). It knows them by their
// local names: they stand in one namespace or, strict documents, another.
type word struct {
	b          *builder
	styles     map[string]style
	limits     Limits
	paragraphs []*wordParagraph // one inside the other, as text boxes are
	cells      []*strings.Builder
	table      []*wordTable
	run        wordRun
	group      strings.Builder // list or code that goes on
	groupKind  Kind
}

type wordParagraph struct {
	text strings.Builder
	style
}

type wordTable struct {
	rows  rows
	cells []string
}

type wordRun struct{ hidden, text bool }

// skipped are elements whose content is not part of the text: what was deleted or
// moved away, properties as they were before a change, field codes, the layout of
// pages, and what only an older program would show.
var skipped = map[string]bool{
	"del": true, "delText": true, "moveFrom": true, "pPrChange": true, "rPrChange": true, "instrText": true, "sectPr": true, "Fallback": true,
}

func (w *word) parse(x *xml.Decoder) error {
	for depth := 0; w.b.going(); {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if skipped[t.Name.Local] || isSeparator(t) {
				if err := x.Skip(); err != nil {
					return err
				}
				continue
			}
			if depth++; depth > w.limits.XMLDepth {
				return reject(TooComplex, nil)
			}
			w.start(t)
		case xml.EndElement:
			depth--
			w.end(t.Name.Local)
		case xml.CharData:
			if w.run.text && !w.run.hidden {
				w.write(string(t))
			}
		}
	}
	return w.b.err
}

func isSeparator(t xml.StartElement) bool {
	return (t.Name.Local == "footnote" || t.Name.Local == "endnote") && strings.Contains(strings.ToLower(attr(t, "type")), "separator")
}

func attr(t xml.StartElement, local string) string {
	for _, a := range t.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func (w *word) paragraph() *wordParagraph {
	if len(w.paragraphs) == 0 {
		return nil
	}
	return w.paragraphs[len(w.paragraphs)-1]
}

func (w *word) write(text string) {
	if p := w.paragraph(); p != nil {
		p.text.WriteString(text)
	}
}

func (w *word) start(t xml.StartElement) {
	p := w.paragraph()
	switch t.Name.Local {
	case "p":
		w.paragraphs = append(w.paragraphs, &wordParagraph{})
	case "pStyle":
		if p != nil {
			p.style = w.styles[attr(t, "val")]
		}
	case "outlineLvl":
		if p != nil {
			p.heading = outline(attr(t, "val"))
		}
	case "ilvl":
		if p != nil {
			p.depth = digit(attr(t, "val"))
		}
	case "numId":
		if p != nil {
			p.list = attr(t, "val") != "0"
		}
	case "r":
		w.run = wordRun{}
	case "vanish":
		val := attr(t, "val")
		w.run.hidden = val != "0" && val != "false" && val != "off"
	case "t":
		w.run.text = true
	case "tab":
		if p != nil && len(t.Attr) == 0 { // with attributes it is a tab stop
			w.write("\t")
		}
	case "br", "cr":
		w.write("\n")
	case "noBreakHyphen":
		w.write("\u2011")
	case "tbl":
		w.table = append(w.table, &wordTable{})
	case "tc":
		w.cells = append(w.cells, &strings.Builder{})
	}
}
