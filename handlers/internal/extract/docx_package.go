package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"golang.org/x/net/html/charset"
)

// mainType is the content type of a Word document's main part (ISO/IEC 29500).
const mainType = TypeDOCX + ".main+xml"

// ratioFrom is the size, in bytes, above which a part's ratio of compression is
// looked at: small ones of repeated markup compress well.
const ratioFrom = 1 << 20

// wholePart is the most, in bytes, of a part that is read whole and not as a
// stream: tables of contents and styles.
const wholePart = 8 << 20

// docx is a Word document's package: a ZIP file of XML parts.
type docx struct {
	files  map[string]*zip.File
	main   string // name of the main part
	limits Limits
	left   int64 // bytes that may still be unpacked
}

// openDOCX reads the package's directory and looks what it holds.
func openDOCX(data []byte, limits Limits) (*docx, error) {
	// The reader makes an object for each record that it finds, however many the
	// archive says that there are.
	if bytes.Count(data, []byte("PK\x01\x02")) > limits.ZipEntries {
		return nil, reject(TooComplex, nil)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is written anywhere
		return nil, reject(Broken, err)
	}
	d := &docx{files: map[string]*zip.File{}, limits: limits, left: limits.ZipTotal}
	for _, f := range archive.File {
		if _, twice := d.files[f.Name]; !twice {
			d.files[f.Name] = f
		}
	}
	if d.files["[Content_Types].xml"] == nil {
		return nil, reject(Unsupported, nil)
	}
	return d, d.findMain()
}

// findMain finds the part that holds the text, and checks that it is a Word
// document's and not a spreadsheet's.
func (d *docx) findMain() error {
	var relationships struct {
		Relationship []struct {
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	var types struct {
		Override []struct {
			PartName    string `xml:"PartName,attr"`
			ContentType string `xml:"ContentType,attr"`
		}
	}
	if err := errors.Join(d.decode("_rels/.rels", &relationships), d.decode("[Content_Types].xml", &types)); err != nil {
		return err
	}
	for _, r := range relationships.Relationship {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			d.main = strings.TrimPrefix(path.Clean("/"+r.Target), "/")
		}
	}
	for _, o := range types.Override {
		if o.ContentType == mainType && strings.TrimPrefix(o.PartName, "/") == d.main {
			return nil
		}
	}
	return reject(Unsupported, nil)
}

// decode reads a small part whole; v stays as it is where there is none.
func (d *docx) decode(name string, v any) error {
	left := d.left
	d.left = min(left, wholePart)
	err := d.read(context.Background(), name, func(x *xml.Decoder) error { return x.Decode(v) })
	d.left = left
	return err
}

// read hands a part of the package to use, and does nothing where there is none.
func (d *docx) read(ctx context.Context, name string, use func(*xml.Decoder) error) error {
	f := d.files[name]
	if f == nil {
		return nil
	}
	if f.Flags&1 != 0 {
		return reject(Encrypted, nil)
	}
	size, packed := int64(f.UncompressedSize64), int64(f.CompressedSize64)
	if size < 0 || size > d.left || size > ratioFrom && size/max(packed, 1) > d.limits.ZipRatio {
		return reject(TooComplex, nil)
	}
	r, err := f.Open()
	if err != nil {
		return reject(Broken, err)
	}
	defer r.Close()
	// The directory may lie about sizes.
	limited := &unpacking{r: r, left: &d.left}
	x := xml.NewDecoder(&reader{ctx, limited})
	x.CharsetReader = charset.NewReaderLabel
	if err := use(x); err != nil && !errors.Is(err, io.EOF) {
		if limited.spent {
			return reject(TooComplex, nil)
		}
		return broken(err)
	}
	return nil
}

// unpacking fails once more was read than is left.
type unpacking struct {
	r     io.Reader
	left  *int64
	spent bool
}

func (u *unpacking) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if *u.left -= int64(n); *u.left < 0 {
		u.spent = true
		return 0, errors.New("unpacks to too much")
	}
	return n, err
}
