package pdftext

import (
	"strings"
	"unicode/utf8"

	core "github.com/pdfcpu/pdfcpu/pkg/font"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/text/encoding/unicode"
)

// unknown stands for a letter of which a font doesn't say which it is.
const unknown = "\uFFFD"

// font says which characters the codes of a string are, and how wide they are.
type font struct {
	composite bool // its codes have two bytes, unless codes says otherwise
	utf16     bool // its codes are UTF-16
	codes     *cmap
	toUnicode *cmap
	simple    *[256]string
	widths    map[int]float64 // of codes, in ems
	spans     []span
	width     float64 // of the other codes
	bold      bool
}

// span is the width of codes from first to last.
type span struct {
	first, last int
	width       float64
}

// glyph is a letter as it is drawn; width is in ems.
type glyph struct {
	text  string
	width float64
	space bool // the code is the one byte 32, which word spacing widens
}

// readFont reads a font's dictionary; nil gives a font that knows no character.
func (d *document) readFont(f types.Dict) (*font, error) {
	out := &font{width: 1, widths: map[int]float64{}}
	if stream, ok := resolve(d.file, f["ToUnicode"]).(types.StreamDict); ok {
		data, err := d.unpack(stream)
		if err != nil {
			return nil, err
		}
		out.toUnicode = parseCMap(data)
	}
	base := name(d.file, f["BaseFont"])
	out.bold = isBold(base)
	if name(d.file, f["Subtype"]) == "Type0" {
		return out, d.readComposite(out, f)
	}
	d.readSimple(out, f, base)
	return out, nil
}

func isBold(base string) bool {
	base = strings.ToLower(base)
	for _, word := range []string{"bold", "black", "heavy"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

func (d *document) readSimple(out *font, f types.Dict, base string) {
	out.simple = d.simpleEncoding(f["Encoding"])
	unit := 1.0 / 1000
	if m := numbers(d.file, f["FontMatrix"]); len(m) == 6 && m[0] > 0 {
		unit = m[0]
	}
	out.width = 0.5
	if missing, ok := number(d.file, dict(d.file, f["FontDescriptor"])["MissingWidth"]); ok && missing > 0 {
		out.width = missing * unit
	}
	first, _ := number(d.file, f["FirstChar"])
	widths := numbers(d.file, f["Widths"])
	for i, w := range widths[:min(len(widths), 256)] {
		out.widths[int(first)+i] = w * unit
	}
	if widths == nil && core.IsCoreFont(base) {
		for code, s := range out.simple {
			first, size := utf8.DecodeRuneInString(s)
			if size == 0 {
				continue
			}
			if w, err := core.CharWidth(base, first); err == nil && w > 0 {
				out.widths[code] = float64(w) / 1000
			}
		}
	}
}

func (d *document) readComposite(out *font, f types.Dict) error {
	out.composite = true
	switch encoding := resolve(d.file, f["Encoding"]).(type) {
	case types.Name:
		out.utf16 = strings.Contains(encoding.Value(), "UCS2") || strings.Contains(encoding.Value(), "UTF16")
	case types.StreamDict:
		data, err := d.unpack(encoding)
		if err != nil {
			return err
		}
		out.codes = parseCMap(data)
	}
	descendants := array(d.file, f["DescendantFonts"])
	if len(descendants) == 0 {
		return nil
	}
	cid := dict(d.file, descendants[0])
	if w, ok := number(d.file, cid["DW"]); ok {
		out.width = w / 1000
	}
	// W is: code [width ...], or: first last width.
	w := array(d.file, cid["W"])
	for i := 0; i+1 < len(w); {
		first, _ := number(d.file, w[i])
		if list := array(d.file, w[i+1]); list != nil {
			for j, o := range list {
				width, _ := number(d.file, o)
				out.widths[int(first)+j] = width / 1000
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		last, _ := number(d.file, w[i+1])
		width, _ := number(d.file, w[i+2])
		if len(out.spans) < 1000 { // each is looked through for each letter
			out.spans = append(out.spans, span{int(first), int(last), width / 1000})
		}
		i += 3
	}
	return nil
}

// next takes a letter from the string.
func (f *font) next(s *string) glyph {
	size := 1
	if f.composite {
		size = min(2, len(*s))
		if f.codes != nil {
			size = f.codes.size(*s)
		}
	}
	raw := (*s)[:size]
	*s = (*s)[size:]
	code := 0
	for i := range len(raw) {
		code = code<<8 | int(raw[i])
	}
	g := glyph{width: f.widthOf(code), space: size == 1 && code == ' ', text: unknown}
	if f.toUnicode != nil {
		if t, ok := f.toUnicode.lookup(raw, code); ok {
			g.text = t
			return g
		}
	}
	switch {
	case f.utf16:
		if t, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().String(raw); err == nil {
			g.text = t
		}
	case f.simple != nil && f.simple[code&0xFF] != "":
		g.text = f.simple[code&0xFF]
	}
	return g
}

func (f *font) widthOf(code int) float64 {
	if w, ok := f.widths[code]; ok {
		return w
	}
	for _, s := range f.spans {
		if code >= s.first && code <= s.last {
			f.widths[code] = s.width // found at once the next time
			return s.width
		}
	}
	return f.width
}
