package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// maxBinary is the share of control characters above which bytes are no text,
// as one in so many.
const maxBinary = 50

// decode returns the bytes of a text as UTF-8: by its byte order mark, as UTF-8
// where it is that, by the charset that it was declared with or, HTML, names
// itself, and else as Latin-1 (windows-1252, which is what Latin-1 means on the
// web). Bytes that can't be text are rejected as unsupported.
func decode(data []byte, declared, mediaType string) (string, error) {
	if e, size := byteOrderMark(data); e != nil {
		return decodeAs(e, data[size:])
	}
	if isBinary(data) {
		return "", reject(Unsupported, nil)
	}
	if utf8.Valid(data) {
		return clean(string(data)), nil
	}
	if e, _ := charset.Lookup(declared); e != nil {
		return decodeAs(e, data)
	}
	if mediaType == TypeHTML {
		if e, name, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], ""); name != "utf-8" {
			return decodeAs(e, data)
		}
	}
	if mostlyUTF8(data) {
		return clean(strings.ToValidUTF8(string(data), "\uFFFD")), nil
	}
	return decodeAs(charmap.Windows1252, data)
}

func byteOrderMark(data []byte) (encoding.Encoding, int) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return unicode.UTF8, 3
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	}
	return nil, 0
}

func decodeAs(e encoding.Encoding, data []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", reject(Broken, err)
	}
	if isBinary(text) {
		return "", reject(Unsupported, nil)
	}
	return clean(string(text)), nil
}

// isBinary reports whether so much of data are control characters, NUL among
// them, that it is no text. Fewer are cleaned away.
func isBinary(data []byte) bool {
	count := 0
	for _, c := range data {
		if c < ' ' && (c < '\t' || c > '\r') && c != 0x1B {
			count++
		}
	}
	return count*maxBinary > len(data)
}

// mostlyUTF8 reports whether data is UTF-8 with a few broken bytes, such as one
// that was cut: of what is not ASCII, more runes are whole than bytes are not.
func mostlyUTF8(data []byte) bool {
	whole, bad := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			bad++
		} else if size > 1 {
			whole++
		}
		data = data[size:]
	}
	return whole > 10*bad
}
