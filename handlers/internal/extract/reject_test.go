package extract

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/flowops/flowops/handlers/internal/extract/pdftest"
)

// encryptedPDF asks for a password: its user entry is none that "" makes.
func encryptedPDF() []byte {
	hash := strings.Repeat("41", 32)
	return pdftest.Of("/Encrypt 4 0 R/ID[<41><41>]", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>",
		"<</Filter/Standard/V 1/R 2/P -4/O<"+hash+">/U<"+hash+">>>")
}

// lockedZip says of its files that they are encrypted.
func lockedZip(t *testing.T) []byte {
	data := docxOf(t, p("", "x"))
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return data
		}
		at += i + 4
		data[at+4] |= 1
	}
}

// lyingZip says in its directory that its files are of one byte.
func lyingZip(t *testing.T) []byte {
	data := docxOf(t, strings.Repeat(p("", strings.Repeat("a", 1000)), 3000))
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return data
		}
		at += i + 4
		binary.LittleEndian.PutUint32(data[at+20:], 1)
	}
}

func TestRejections(t *testing.T) {
	limits := DefaultLimits()
	limits.Bytes, limits.ZipTotal, limits.ZipEntries = 1<<20, 2<<20, 20
	limits.Pages, limits.Streams, limits.Operators, limits.Text = 3, 2<<20, 20_000, 1<<18
	big := strings.Repeat("a b ", 1<<19)
	tests := map[string]struct {
		declared string
		data     []byte
		want     Reason
	}{
		"nothing":                        {TypeText, nil, Empty},
		"too large":                      {TypeText, []byte(big), TooLarge},
		"blank":                          {TypeText, []byte(" \r\n\t\u00A0"), NoText},
		"an image":                       {"", []byte("\x89PNG\r\n\x1a\n\x00\x00"), Unsupported},
		"an image, declared as text":     {TypeText, []byte("\x89PNG\r\n\x1a\n\x00\x00"), Unsupported},
		"some bytes":                     {TypeText, bytes.Repeat([]byte("\x00\x01\x02abc"), 100), Unsupported},
		"a type that is not learned":     {"image/png", []byte("text"), Mismatch},
		"a type that is none":            {"text//", []byte("text"), Mismatch},
		"PDF, declared as text":          {TypeText, pdftest.Pages(pdftest.TextAt(10, 100, "x")), Mismatch},
		"text, declared as PDF":          {TypePDF, []byte("just text"), Mismatch},
		"HTML, declared as text":         {TypeText, []byte("<html><p>x"), Mismatch},
		"text, declared as HTML":         {TypeHTML, []byte("1 < 2 and 3 > 2"), Mismatch},
		"a Word document of old":         {TypeDOCX, []byte(cfb + "WordDocument"), Unsupported},
		"an encrypted Word document":     {TypeDOCX, append([]byte(cfb), utf16le("EncryptedPackage")...), Encrypted},
		"an archive":                     {TypeDOCX, zipOf(t, "a.txt", "a"), Unsupported},
		"a spreadsheet":                  {TypeDOCX, zipOf(t, "[Content_Types].xml", "<Types/>", "_rels/.rels", relationships), Unsupported},
		"half an archive":                {TypeDOCX, docxOf(t, p("", "x"))[:200], Broken},
		"a document of broken XML":       {TypeDOCX, docxOf(t, "<w:p></w:q>"), Broken},
		"an entity that isn't known":     {TypeDOCX, docxOf(t, p("", "&bomb;")), Broken},
		"a document without text":        {TypeDOCX, docxOf(t, p("", " ")), NoText},
		"an archive with a password":     {TypeDOCX, lockedZip(t), Encrypted},
		"a file that unpacks to much":    {TypeDOCX, docxOf(t, p("", big)), TooComplex},
		"files that unpack to much":      {TypeDOCX, docxOf(t, p("", big[:1<<20]), "word/footnotes.xml", "<f>"+big[:3<<19]+"</f>"), TooComplex},
		"a file of a telling ratio":      {TypeDOCX, docxOf(t, strings.Repeat("<w:p/>", 1<<18)), TooComplex},
		"sizes that are lies":            {TypeDOCX, lyingZip(t), Broken},
		"many files":                     {TypeDOCX, docxOf(t, p("", "x"), strings.Split(strings.Repeat("f,,", 20), ",")[:40]...), TooComplex},
		"elements in elements":           {TypeDOCX, docxOf(t, strings.Repeat("<w:x>", 300)+strings.Repeat("</w:x>", 300)), TooComplex},
		"HTML, elements in elements":     {TypeHTML, []byte(strings.Repeat("<div>", 5000) + "x"), TooComplex},
		"Markdown, quotes in quotes":     {TypeMarkdown, []byte(strings.Repeat("> ", 5000) + "x"), TooComplex},
		"Markdown, lists in lists":       {TypeMarkdown, []byte(strings.Repeat("* + ", 5000) + "x"), TooComplex},
		"Markdown, a table of no cells":  {TypeMarkdown, []byte(strings.Repeat("|a", 500) + "|\n" + strings.Repeat("|-", 500) + "|\n" + strings.Repeat("a\n", 2000)), TooComplex},
		"Markdown, references":           {TypeMarkdown, []byte(strings.Repeat("[a]: b\n", 10_001)), TooComplex},
		"an encrypted PDF":               {TypePDF, encryptedPDF(), Encrypted},
		"a PDF that is none":             {TypePDF, []byte("%PDF-1.4\nnothing"), Broken},
		"a PDF without pages":            {TypePDF, pdftest.Of("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"), NoText},
		"a scan":                         {TypePDF, pdftest.Pages("q 600 0 0 800 0 0 cm /Im Do Q"), NoText},
		"a PDF of pages in themselves":   {TypePDF, pdftest.Of("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]>>"), NoText},
		"a PDF of many pages":            {TypePDF, pdftest.Pages("", "", "", ""), TooComplex},
		"a PDF of many operators":        {TypePDF, pdftest.Pages(strings.Repeat("q Q ", 20_000)), TooComplex},
		"a PDF of saved states":          {TypePDF, pdftest.Pages(strings.Repeat("q ", 2000)), TooComplex},
		"a PDF that unpacks to much":     {TypePDF, bombPDF(1, 8<<20), TooComplex},
		"a PDF whose streams do":         {TypePDF, bombPDF(8, 1<<20), TooComplex},
		"a PDF of fonts without letters": {TypePDF, unmappedPDF(), NoText},
	}
	limits.Stream = 4 << 20
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Extract(context.Background(), c.data, c.declared, limits)
			var r *Rejection
			if !errors.As(err, &r) {
				t.Fatalf("error is %v", err)
			}
			if r.Reason != c.want {
				t.Errorf("reason is %s (%v), want %s", r.Reason, r.Unwrap(), c.want)
			}
			if !strings.HasSuffix(r.Sentence(), ".") || r.Error() != "document rejected: "+string(r.Reason) {
				t.Errorf("says %q, %q", r.Sentence(), r)
			}
		})
	}
}

// bombPDF has a page whose content is streams of that many spaces each.
func bombPDF(streams, size int) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", ""}
	data := pdftest.Deflated(strings.Repeat(" ", size))
	refs := ""
	for i := range streams {
		objects = append(objects, pdftest.Stream("/Filter/FlateDecode", data))
		refs += " " + itoa(4+i) + " 0 R"
	}
	objects[2] = "<</Type/Page/Parent 2 0 R/Contents[" + refs + "]>>"
	return pdftest.Of("", objects...)
}

// unmappedPDF draws with a font that doesn't say which characters its codes are.
func unmappedPDF() []byte {
	return pdftest.Of("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<<>>]>>>>>>>>",
		pdftest.Stream("", "BT /F 10 Tf 50 50 Td <000100020003> Tj ET"))
}

// Where only an owner's password is set everybody can read a file: it is learned.
func TestEncryptedPDF(t *testing.T) {
	encrypted := func(user string) []byte {
		conf := pdfConfiguration()
		conf.UserPW, conf.OwnerPW, conf.EncryptUsingAES, conf.EncryptKeyLength = user, "owner", true, 256
		var out bytes.Buffer
		if err := api.Encrypt(bytes.NewReader(pdftest.Pages(pdftest.TextAt(10, 100, "Hello."))), &out, conf); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if d := extracted(t, encrypted(""), TypePDF); d.Blocks[0].Text != "Hello." {
		t.Errorf("text is %q", d.Blocks[0].Text)
	}
	_, err := Extract(context.Background(), encrypted("user"), TypePDF, DefaultLimits())
	var r *Rejection
	if !errors.As(err, &r) || r.Reason != Encrypted {
		t.Errorf("error is %v", err)
	}
}

func pdfConfiguration() *model.Configuration {
	return &model.Configuration{
		Reader15: true, ValidationMode: model.ValidationRelaxed, Offline: true, Limits: model.DefaultResourceLimits(), Eol: types.EolLF,
	}
}

// A file that lost its end is repaired: its pages are found.
func TestRepairedPDF(t *testing.T) {
	data := pdftest.Pages(pdftest.TextAt(10, 100, "Hello."))
	if d := extracted(t, data[:bytes.Index(data, []byte("xref"))], TypePDF); d.Blocks[0].Text != "Hello." {
		t.Errorf("text is %q", d.Blocks[0].Text)
	}
}
