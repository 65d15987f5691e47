package extract

import "strings"

// parsePlain takes paragraphs from plain text: what stands between empty lines,
// or the whole of a text without any.
func parsePlain(b *builder, text string) {
	var paragraph strings.Builder
	flush := func() {
		b.add(Paragraph, paragraph.String())
		paragraph.Reset()
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			if !b.going() {
				return
			}
			continue
		}
		paragraph.WriteString(line)
		paragraph.WriteByte('\n')
	}
	flush()
}
