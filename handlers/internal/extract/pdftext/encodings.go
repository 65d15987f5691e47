package pdftext

import (
	"strconv"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// simpleEncoding is the characters of a simple font's codes: those of a named
// encoding, with the differences that the font has. Without a name they are taken
// as Windows', of which Adobe's standard encoding differs by its quotes and rare
// signs (ISO 32000-1, annex D).
func (d *document) simpleEncoding(o types.Object) *[256]string {
	encoding := resolve(d.file, o)
	base := charmap.Windows1252
	if d, ok := encoding.(types.Dict); ok {
		if n, ok := d["BaseEncoding"].(types.Name); ok && n == "MacRomanEncoding" {
			base = charmap.Macintosh
		}
	} else if n, ok := encoding.(types.Name); ok && n == "MacRomanEncoding" {
		base = charmap.Macintosh
	}
	var table [256]string
	for code := ' '; code < 256; code++ {
		if r := base.DecodeByte(byte(code)); r >= ' ' && r != 0x7F && r != '\uFFFD' {
			table[code] = string(r)
		}
	}
	for _, end := range "\t\n\r" { // no letters, and no unknown ones
		table[end] = " "
	}
	own, ok := encoding.(types.Dict)
	if !ok {
		return &table
	}
	code := 0
	for _, o := range array(d.file, own["Differences"]) {
		if n, ok := number(d.file, o); ok {
			code = int(n)
			continue
		}
		if code >= 0 && code < 256 {
			if s := glyphText(name(d.file, o)); s != "" {
				table[code] = s
			}
		}
		code++
	}
	return &table
}

// glyphText is the character that a glyph's name stands for, by the rules and (for
// Latin, Greek and Cyrillic) the names of the Adobe Glyph List; "" where it is
// unknown.
func glyphText(glyph string) string {
	glyph, _, _ = strings.Cut(glyph, ".")
	if strings.Contains(glyph, "_") { // a ligature
		var out strings.Builder
		for part := range strings.SplitSeq(glyph, "_") {
			out.WriteString(glyphText(part))
		}
		return out.String()
	}
	if len(glyph) == 1 && glyph[0] > ' ' && glyph[0] < 0x7F {
		return glyph
	}
	if s, ok := glyphNames[glyph]; ok {
		return s
	}
	for prefix, sizes := range map[string][2]int{"uni": {4, 4}, "u": {4, 6}, "afii": {5, 5}} {
		digits, ok := strings.CutPrefix(glyph, prefix)
		if !ok || len(digits) < sizes[0] || len(digits) > sizes[1] {
			continue
		}
		if prefix == "afii" {
			return cyrillic(digits)
		}
		if n, err := strconv.ParseUint(digits, 16, 32); err == nil && n >= ' ' && n < 0xD800 || n > 0xDFFF && n <= 0x10FFFF {
			return string(rune(n))
		}
	}
	for mark, r := range marks { // as in "eacute"
		if base, ok := strings.CutSuffix(glyph, mark); ok && len(base) == 1 {
			if s := norm.NFC.String(base + string(r)); s != base+string(r) {
				return s
			}
		}
	}
	return ""
}

// cyrillic is the letter that the Adobe Glyph List calls afii and a number.
func cyrillic(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return ""
	}
	for _, block := range []struct {
		first, io int
		letter, e rune
	}{{10017, 10023, 'А', 'Ё'}, {10065, 10071, 'а', 'ё'}} {
		switch i := n - block.first; {
		case n == block.io:
			return string(block.e)
		case i >= 0 && n < block.io:
			return string(block.letter + rune(i))
		case n > block.io && i <= 32:
			return string(block.letter + rune(i-1))
		}
	}
	return ""
}

// marks are the ends of the names of letters with a mark.
var marks = map[string]rune{
	"acute": '\u0301', "grave": '\u0300', "circumflex": '\u0302', "dieresis": '\u0308', "tilde": '\u0303', "caron": '\u030C', "ring": '\u030A',
	"cedilla": '\u0327', "commaaccent": '\u0327', "ogonek": '\u0328', "breve": '\u0306', "macron": '\u0304', "dotaccent": '\u0307', "hungarumlaut": '\u030B',
}

// glyphNames are the names that follow no rule.
var glyphNames = parseNames(`
exclam ! quotedbl " numbersign # dollar $ percent % ampersand & quotesingle ' parenleft ( parenright ) asterisk * plus + comma ,
hyphen - minus − period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 colon : semicolon ; less < equal =
greater > question ? at @ bracketleft [ backslash \ bracketright ] asciicircum ^ underscore _ grave ` + "`" + ` braceleft { bar | braceright } asciitilde ~
exclamdown ¡ cent ¢ sterling £ fraction ⁄ yen ¥ florin ƒ section § currency ¤ quotedblleft “ quotedblright ” quoteleft ‘ quoteright ’
guillemotleft « guillemotright » guilsinglleft ‹ guilsinglright › fi fi fl fl ff ff ffi ffi ffl ffl endash – emdash — dagger † daggerdbl ‡
periodcentered · middot · paragraph ¶ bullet • quotesinglbase ‚ quotedblbase „ ellipsis … perthousand ‰ questiondown ¿ acute ´ circumflex ˆ
tilde ˜ macron ¯ breve ˘ dotaccent ˙ dieresis ¨ ring ˚ cedilla ¸ hungarumlaut ˝ ogonek ˛ caron ˇ AE Æ ae æ OE Œ oe œ Oslash Ø oslash ø
Lslash Ł lslash ł dotlessi ı germandbls ß Eth Ð eth ð Thorn Þ thorn þ Dcroat Đ dcroat đ Hbar Ħ hbar ħ copyright © registered ® trademark ™
degree ° plusminus ± multiply × divide ÷ mu µ onesuperior ¹ twosuperior ² threesuperior ³ onehalf ½ onequarter ¼ threequarters ¾ ordfeminine ª
ordmasculine º brokenbar ¦ logicalnot ¬ Euro € infinity ∞ notequal ≠ lessequal ≤ greaterequal ≥ approxequal ≈ arrowright → arrowleft ←
Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ
Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ nu ν xi ξ
omicron ο pi π rho ρ sigma σ sigma1 ς tau τ upsilon υ phi φ chi χ psi ψ omega ω`)

func parseNames(list string) map[string]string {
	names := map[string]string{"space": " ", "nbspace": "\u00A0", "nonbreakingspace": "\u00A0", "softhyphen": "\u00AD", "sfthyphen": "\u00AD"}
	fields := strings.Fields(list)
	for i := 0; i+1 < len(fields); i += 2 {
		names[fields[i]] = fields[i+1]
	}
	return names
}
