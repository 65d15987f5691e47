// Package pdftest makes small PDFs for tests.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// Of is a PDF of objects, the first of which is the catalog; trailer is more of
// its trailer.
func Of(trailer string, objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return out.Bytes()
}

// Stream is an object that is a stream.
func Stream(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// Deflated is data as FlateDecode unpacks it.
func Deflated(data string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write([]byte(data))
	w.Close()
	return out.String()
}

// Helvetica is the entry of a page for its resources: font F is Helvetica, font B
// its bold one.
const Helvetica = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>/B<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>>>>>"

// Pages is a PDF whose pages have these contents and Helvetica.
func Pages(contents ...string) []byte {
	var kids []string
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	for _, c := range contents {
		kids = append(kids, fmt.Sprintf("%d 0 R", len(objects)+1))
		objects = append(objects, fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]%s/Contents %d 0 R>>", Helvetica, len(objects)+2), Stream("", c))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " "))
	return Of("", objects...)
}

// TextAt is content that draws lines, 12 points apart where their size is 10.
func TextAt(size float64, y float64, lines ...string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "BT /F %g Tf %g TL 50 %g Td\n", size, size*1.2, y)
	for _, l := range lines {
		fmt.Fprintf(&out, "(%s) Tj T*\n", l)
	}
	return out.String() + "ET\n"
}
