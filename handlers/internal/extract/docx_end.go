package extract

import "strings"

// end closes an element. One that closes what was not opened has been refused by
// the decoder.
func (w *word) end(name string) {
	switch name {
	case "t":
		w.run.text = false
	case "r":
		w.run = wordRun{}
	case "p":
		if p := w.paragraph(); p != nil {
			w.paragraphs = w.paragraphs[:len(w.paragraphs)-1]
			w.endParagraph(p)
		}
	case "tc":
		if n := len(w.cells); n > 0 {
			cell := w.cells[n-1].String()
			w.cells = w.cells[:n-1]
			if t := w.openTable(); t != nil {
				t.cells = append(t.cells, cell)
			}
		}
	case "tr":
		if t := w.openTable(); t != nil {
			t.rows.add(t.cells)
			t.cells = nil
		}
	case "tbl":
		w.endTable()
	}
}

func (w *word) openTable() *wordTable {
	if len(w.table) == 0 {
		return nil
	}
	return w.table[len(w.table)-1]
}

// endTable adds a table; one inside a cell is text of that cell.
func (w *word) endTable() {
	t := w.openTable()
	if t == nil {
		return
	}
	w.table = w.table[:len(w.table)-1]
	text := t.rows.text.String()
	if n := len(w.cells); n > 0 {
		w.cells[n-1].WriteString(text + "\n")
		return
	}
	w.flush()
	w.b.add(Table, text)
}

func (w *word) endParagraph(p *wordParagraph) {
	text := strings.ReplaceAll(p.text.String(), "\u00AD", "") // soft hyphens
	if n := len(w.cells); n > 0 {
		w.cells[n-1].WriteString(text + "\n")
		return
	}
	switch {
	case strings.TrimSpace(text) == "" && w.groupKind != Code:
	case p.heading > 0:
		w.flush()
		w.b.heading(p.heading, text)
	case p.list:
		w.goOn(List, item(p.depth, "- ", text))
	case p.code:
		w.goOn(Code, text+"\n")
	default:
		w.flush()
		w.b.add(Paragraph, text)
	}
}

// goOn adds a paragraph to the list or code that is open, or opens one.
func (w *word) goOn(kind Kind, text string) {
	if w.groupKind != kind {
		w.flush()
		w.groupKind = kind
	}
	w.group.WriteString(text)
}

// flush ends the list or code that is open.
func (w *word) flush() {
	if w.groupKind != "" {
		w.b.add(w.groupKind, w.group.String())
	}
	w.group.Reset()
	w.groupKind = ""
}
