package extract

import "strings"

// rows writes a table: a row a line, cells separated by " | ". Rows without any
// text are left out.
type rows struct{ text strings.Builder }

func (t *rows) add(cells []string) {
	filled := false
	for i := range cells {
		cells[i] = oneLine(cells[i])
		filled = filled || cells[i] != ""
	}
	if !filled {
		return
	}
	if t.text.Len() > 0 {
		t.text.WriteByte('\n')
	}
	t.text.WriteString(strings.Join(cells, " | "))
}

// item is text as an item of a list at a depth from 0, further lines indented
// below the first.
func item(depth int, marker, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	indent := strings.Repeat("  ", min(depth, 32))
	return indent + marker + strings.ReplaceAll(text, "\n", "\n"+indent+strings.Repeat(" ", len(marker))) + "\n"
}
