package extract

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/flowops/flowops/handlers/internal/extract/pdftest"
)

// check extracts data: that ends, in blocks as they are promised or a rejection.
func check(t *testing.T, data []byte, declared string) {
	t.Helper()
	limits := DefaultLimits()
	limits.Bytes, limits.Text, limits.Time = 1<<20, 1<<20, 20*time.Second
	limits.ZipTotal, limits.Stream, limits.Streams, limits.Operators = 8<<20, 8<<20, 8<<20, 1<<20
	d, err := Extract(context.Background(), data, declared, limits)
	if err != nil {
		var r *Rejection
		if !errors.As(err, &r) || r.Sentence() == "" {
			t.Fatalf("error is %v", err)
		}
		if errors.Is(err, errTime) || errors.Is(err, errMemory) || r.Unwrap() != nil && strings.Contains(r.Unwrap().Error(), "gave up: runtime error") {
			t.Fatalf("%v: %v", err, r.Unwrap())
		}
		return
	}
	if len(d.Blocks) == 0 {
		t.Fatal("no blocks and no error")
	}
	for _, b := range d.Blocks {
		if strings.TrimSpace(b.Text) == "" || !utf8.ValidString(b.Text) || strings.ContainsFunc(b.Text, dropped) || strings.Contains(b.Text, "\r") {
			t.Fatalf("text of a %s is %q", b.Kind, b.Text)
		}
		if (b.Kind == Heading) != (b.Level >= 1 && b.Level <= 6) || b.Page < 0 || b.Page > d.Pages {
			t.Fatalf("a %s of level %d on page %d of %d", b.Kind, b.Level, b.Page, d.Pages)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\n\nb", "# h\n- i\n  - j\n\n|a|\n|-|\n|b|", "<h1>x</h1><table><tr><td><ul><li>a", "\xFF\xFEa\x00", "---\na: b\n---\nc", "<?xml?><html>", "&#0;&#xFFFF;\\*"} {
		for _, declared := range []string{TypeText, TypeMarkdown, TypeHTML, ""} {
			f.Add([]byte(s), declared)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, declared string) { check(t, data, declared) })
}

// FuzzDOCX changes the parts of a document, and then its archive.
func FuzzDOCX(f *testing.F) {
	f.Add("<w:p><w:r><w:t>x</w:t></w:r></w:p>", wordStyles, 0, byte(0))
	f.Add("<w:tbl><w:tr><w:tc>"+p("H1", "a")+"</w:tc></w:tr></w:tbl>", "", 100, byte('P'))
	f.Add("</w:tbl><w:tc><w:p/><w:tr>", "<w:styles>", 30, byte(255))
	f.Fuzz(func(t *testing.T, body, styles string, at int, to byte) {
		data := zipOf(t, "[Content_Types].xml", contentTypes, "_rels/.rels", relationships, "word/styles.xml", styles, "word/document.xml", "<w:document>"+body+"</w:document>")
		check(t, data, "")
		if at >= 0 && at < len(data) {
			data[at] = to
			check(t, data, TypeDOCX)
		}
	})
}

func FuzzPDF(f *testing.F) {
	f.Add(pdftest.Pages(pdftest.TextAt(10, 100, "x")))
	f.Add(encryptedPDF())
	f.Add(unmappedPDF())
	f.Add(bombPDF(1, 10))
	f.Add(pdftest.Of("", "<</Type/Catalog/Pages 2 0 R>>", "<</Kids[2 0 R 3 0 R]>>", "<</Contents 4 0 R/Resources 3 0 R/XObject 3 0 R/F 4 0 R>>", pdftest.Stream("/Subtype/Form", "/F Do")))
	f.Fuzz(func(t *testing.T, data []byte) { check(t, data, TypePDF) })
}
