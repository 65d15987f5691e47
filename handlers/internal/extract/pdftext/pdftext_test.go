package pdftext

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/handlers/internal/extract/pdftest"
)

var limits = Limits{Pages: 100, Stream: 1 << 20, Streams: 4 << 20, Operators: 1 << 20, Text: 1 << 20}

// page is a PDF with one page of this content, and more objects from number 5 on.
// Its font is object 5.
func onePage(resources, content string, objects ...string) []byte {
	return pdftest.Of("", append([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]/Resources<</Font<</F 5 0 R>>" + resources + ">>>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>", pdftest.Stream("", content),
	}, objects...)...)
}

const helvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"

// toUnicode is a font of two-byte codes with a map of them.
func toUnicode(codeMap string) []string {
	return []string{"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</DW 500/W[1[600 700] 5 9 800]>>]>>", pdftest.Stream("", codeMap)}
}

const codeMap = `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0001> <0041> <0002> <00660066> endbfchar
3 beginbfrange <0005> <0007> <0410> <0010> <0011> [<D83DDC4D> <0042>] <0020> <0020> <FB01> endbfrange endcmap`

// arrayOf is the codes of drawn letters, one byte each, in a font that names them.
func letters(runes string) (font string, codes string) {
	var differences strings.Builder
	for i, r := range []rune(runes) {
		fmt.Fprintf(&differences, "/uni%04X ", r)
		codes += fmt.Sprintf("%02x", 65+i)
	}
	return "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[65 " + differences.String() + "]>>>>", "<" + codes + ">"
}

func TestText(t *testing.T) {
	hebrew, drawn := letters("םולש abc") // as it is drawn: from its end to its begin
	mixed, mixedDrawn := letters("see ףלא now")
	tests := map[string]struct {
		data []byte
		want []string // paragraphs, "/" between their lines
	}{
		"strings":                    {onePage("", `BT /F 10 Tf (a\(b\)c\\ \101\12\9 (in (it))) Tj <4142 4> Tj ET`, helvetica), []string{"a(b)c\\ A 9 (in (it))AB@"}},
		"words by distance":          {onePage("", `BT /F 10 Tf [(one) -300 (two) -10 (th) 20 (ree)] TJ ET`, helvetica), []string{"one twothree"}},
		"cells by distance":          {onePage("", `BT /F 10 Tf (one) Tj 100 0 Td (two) Tj ET`, helvetica), []string{"one\ttwo"}},
		"word spacing":               {onePage("", `BT /F 10 Tf -3 Tw (a b) Tj ET`, helvetica), []string{"ab"}},
		"letters of words set apart": {onePage("", `BT /F 10 Tf 3 Tc (ab) Tj ET`, helvetica), []string{"a b"}},
		"a title spaced out":         {onePage("", `BT /F 10 Tf 3 Tc (chapter) Tj ET`, helvetica), []string{"chapter"}},
		"lines and paragraphs": {onePage("", `BT /F 10 Tf 12 TL 0 500 Td (a) Tj (b) ' 1 1 (c) " 0 -30 TD (d) Tj T* (e) Tj ET`, helvetica),
			[]string{"a/b/c", "d", "e"}},
		"an exponent stays in its line": {onePage("", `BT /F 10 Tf (x) Tj /F 6 Tf 4 Ts (2) Tj /F 10 Tf 0 Ts (y) Tj ET`, helvetica), []string{"x2y"}},
		"sizes part paragraphs":         {onePage("", `BT /F 10 Tf 12 TL 0 99 Td (a) Tj T* /F 12 Tf (b) Tj ET`, helvetica), []string{"a", "b"}},
		"the matrices count":            {onePage("", `q 2 0 0 2 0 0 cm BT /F 5 Tf 1 0 0 1 0 50 Tm (a) Tj 1 0 0 1 0 44 Tm (b) Tj ET Q`, helvetica), []string{"a/b"}},
		"text up the page":              {onePage("", `BT /F 10 Tf 0 1 -1 0 50 50 Tm 12 TL (ab) Tj ( cd) Tj T* (ef) Tj ET`, helvetica), []string{"ab cd/ef"}},
		"an artifact":                   {onePage("", `/Artifact <</Type/Pagination>> BDC BT /F 10 Tf (no) Tj ET EMC /P BMC BT /F 10 Tf (yes) Tj ET EMC`, helvetica), []string{"yes"}},
		"an image in the stream":        {onePage("", "BI /W 1 ID x(EIno) Tj\nEI BT /F 10 Tf (yes) Tj ET", helvetica), []string{"yes"}},
		"a font that is missing":        {onePage("", `BT /G 10 Tf (yes) Tj ET`, helvetica), []string{"yes"}},
		"an error in the page":          {onePage("", `] >> ) BT /F 10 Tf [[[[(a) Tj ET`, helvetica), nil},
		"more ends than begins":         {onePage("", `Q Q EMC BT /F 10 Tf (a) Tj ET ET Q`, helvetica), []string{"a"}},
		"a map to Unicode":              {onePage("", `BT /F 10 Tf <000100020005000700100011> Tj ET`, toUnicode(codeMap)...), []string{"AffАВ👍B"}},
		"a ligature":                    {onePage("", `BT /F 10 Tf <0020> Tj ET`, toUnicode(codeMap)...), []string{"fi"}},
		"names of letters": {onePage("", `BT /F 10 Tf (ABCDEFG) Tj ET`, "<</Type/Font/Subtype/Type1/Encoding<</Differences[65/eacute/f_f_i/afii10017/u1F44D/Zcaron/emdash 71/nobody]>>>>"),
			[]string{"éffiА👍Ž—G"}},
		"Mac's letters":     {onePage("", `BT /F 10 Tf <8A> Tj ET`, "<</Type/Font/Subtype/Type1/Encoding/MacRomanEncoding>>"), []string{"ä"}},
		"UTF-16":            {onePage("", `BT /F 10 Tf <65E5672C> Tj ET`, "<</Type/Font/Subtype/Type0/Encoding/UniJIS-UCS2-H/DescendantFonts[<<>>]>>"), []string{"日本"}},
		"right to left":     {onePage("", `BT /F 10 Tf `+drawn+` Tj ET`, hebrew), []string{"abc שלום"}},
		"a word from right": {onePage("", `BT /F 10 Tf `+mixedDrawn+` Tj ET`, mixed), []string{"see אלף now"}},
		"a form": {onePage("/XObject<</X 6 0 R>>", `q 1 0 0 1 0 100 cm /X Do Q BT /F 10 Tf 0 70 Td (out) Tj ET`, helvetica,
			pdftest.Stream("/Subtype/Form/Matrix[1 0 0 1 0 5]", "BT /F 10 Tf (in) Tj ET")), []string{"in", "out"}},
		"a form in itself": {onePage("/XObject<</X 6 0 R>>", `/X Do`, helvetica, pdftest.Stream("/Subtype/Form", "BT /F 10 Tf (x) Tj ET /X Do")),
			[]string{"x"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			paragraphs, pages, err := Read(context.Background(), c.data, limits)
			if err != nil || pages != 1 {
				t.Fatalf("%d pages, %v", pages, err)
			}
			var got []string
			for _, p := range paragraphs {
				got = append(got, strings.Join(p.Lines, "/"))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("paragraphs (-want +got):\n%s", d)
			}
		})
	}
}

func TestSizeAndWeight(t *testing.T) {
	data := onePage("", `q 2 0 0 2 0 0 cm BT /F 7 Tf (a) Tj ET Q`, "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Arial-BoldMT/Encoding/WinAnsiEncoding>>")
	paragraphs, _, err := Read(context.Background(), data, limits)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]Paragraph{{Page: 1, Lines: []string{"a"}, Size: 14, Bold: true}}, paragraphs); d != "" {
		t.Errorf("paragraphs (-want +got):\n%s", d)
	}
}

func TestLimits(t *testing.T) {
	data := onePage("/XObject<</X 6 0 R>>", strings.Repeat("/X Do ", 50), helvetica, pdftest.Stream("/Subtype/Form", strings.Repeat("BT /F 10 Tf (text) Tj ET ", 50)))
	if _, _, err := Read(context.Background(), data, limits); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Limits){
		"pages": func(l *Limits) { l.Pages = 0 }, "streams": func(l *Limits) { l.Streams = 20_000 },
		"operators": func(l *Limits) { l.Operators = 5000 }, "text": func(l *Limits) { l.Text = 100 },
	} {
		t.Run(name, func(t *testing.T) {
			l := limits
			change(&l)
			if _, _, err := Read(context.Background(), data, l); !errors.Is(err, ErrLimit) {
				t.Errorf("error is %v", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Read(ctx, data, limits); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func FuzzContent(f *testing.F) {
	for _, s := range []string{"BT /F 10 Tf (a) Tj ET", "[[<<(", "BI ID EI", "q 1 0 0 1 0 0 cm /X Do Q", "-- .5 +.e9 1e999 #", "/F#41 Tf", `(\0\777\`} {
		f.Add(s, codeMap)
	}
	f.Fuzz(func(t *testing.T, content, codeMap string) {
		data := onePage("/XObject<</X 7 0 R>>", content, append(toUnicode(codeMap), pdftest.Stream("/Subtype/Form", content))...)
		paragraphs, _, err := Read(context.Background(), data, limits)
		if err != nil {
			return
		}
		for _, p := range paragraphs {
			if len(p.Lines) == 0 || p.Lines[0] == "" || p.Page != 1 || p.Size <= 0 {
				t.Fatalf("a paragraph is %+v", p)
			}
		}
	})
}
