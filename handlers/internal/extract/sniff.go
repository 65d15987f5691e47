package extract

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// undeclared are declared types that say nothing: the last is what S3 gives an
// object that was uploaded without one.
var undeclared = []string{"", "application/octet-stream", "binary/octet-stream"}

// aliases are other names of the types that can be learned.
var aliases = map[string]string{"text/x-markdown": TypeMarkdown, "application/xhtml+xml": TypeHTML}

// cfb begins compound files: Word documents before .docx, and encrypted ones.
const cfb = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// sniff decides by its content what a document is. Of a declared type it only
// takes what the content leaves open: whether text is plain, Markdown or a piece
// of HTML. A declared type that the content contradicts rejects the document.
func sniff(data []byte, declared string, limits Limits) (format, error) {
	declared, charset := mediaType(declared)
	found, err := sniffBinary(data, limits)
	if err != nil {
		return format{}, err
	}
	if found.parse != nil {
		return found, matches(declared, found.mediaType)
	}
	text, err := decode(data, charset, declared)
	if err != nil {
		return format{}, err
	}
	if slices.Contains(undeclared, declared) {
		declared = guess(text)
	}
	switch declared {
	case TypeMarkdown: // HTML is Markdown too
		return format{TypeMarkdown, func(b *builder) (int, error) { return 0, parseMarkdown(b, text) }}, nil
	case TypeHTML:
		if !isHTML(text) && !hasTag(text) {
			return format{}, reject(Mismatch, nil)
		}
		return format{TypeHTML, func(b *builder) (int, error) { return 0, parseHTML(b, text) }}, nil
	case TypeText:
		if isHTML(text) {
			return format{}, reject(Mismatch, nil)
		}
		return format{TypeText, func(b *builder) (int, error) { parsePlain(b, text); return 0, nil }}, nil
	}
	return format{}, matches(declared, TypeText)
}

// matches is nil where declared is found, or says nothing.
func matches(declared, found string) error {
	if declared == found || slices.Contains(undeclared, declared) {
		return nil
	}
	if slices.Contains([]string{TypeText, TypeMarkdown, TypeHTML, TypePDF, TypeDOCX}, found) {
		return reject(Mismatch, nil)
	}
	return reject(Unsupported, nil)
}

// mediaType takes a content type apart; one that can't be read matches nothing.
func mediaType(declared string) (name, charset string) {
	if strings.TrimSpace(declared) == "" {
		return "", ""
	}
	name, parameters, err := mime.ParseMediaType(declared)
	if err != nil && name == "" {
		return "invalid", ""
	}
	if alias, ok := aliases[name]; ok {
		name = alias
	}
	return name, parameters["charset"]
}

// sniffBinary knows the formats that are not text; its parse is nil for text.
func sniffBinary(data []byte, limits Limits) (format, error) {
	switch head := data[:min(len(data), 1024)]; {
	case bytes.Contains(head, []byte("%PDF-")): // readers take some bytes before it
		return format{TypePDF, func(b *builder) (int, error) { return parsePDF(b, data) }}, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		d, err := openDOCX(data, limits)
		if err != nil {
			return format{}, err
		}
		return format{TypeDOCX, func(b *builder) (int, error) { return 0, d.parse(b) }}, nil
	case bytes.HasPrefix(head, []byte(cfb)):
		// An encrypted .docx is a compound file with a stream of this name.
		if bytes.Contains(data, utf16le("EncryptedPackage")) {
			return format{}, reject(Encrypted, nil)
		}
		return format{}, reject(Unsupported, nil)
	}
	if t := http.DetectContentType(data); !strings.HasPrefix(t, "text/") && t != "application/octet-stream" {
		return format{}, reject(Unsupported, nil) // an image, an archive, a font ...
	}
	return format{}, nil
}

func utf16le(ascii string) []byte {
	out := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		out = append(out, ascii[i], 0)
	}
	return out
}

// guess is the type of text that nobody declared.
func guess(text string) string {
	if isHTML(text) {
		return TypeHTML
	}
	if looksLikeMarkdown(text) {
		return TypeMarkdown
	}
	return TypeText
}

// isHTML reports whether text begins as HTML does, by the rules of browsers
// (WHATWG MIME Sniffing), or as XHTML.
func isHTML(text string) bool {
	head := text[:min(len(text), 4096)]
	if rest, ok := strings.CutPrefix(strings.TrimLeft(head, " \t\r\n\f"), "<?xml"); ok {
		_, rest, _ = strings.Cut(rest, "?>")
		rest = strings.ToLower(strings.TrimLeft(rest, " \t\r\n\f"))
		return strings.HasPrefix(rest, "<!doctype html") || strings.HasPrefix(rest, "<html")
	}
	return strings.HasPrefix(http.DetectContentType([]byte(head)), "text/html")
}

// hasTag reports whether anything in text looks like an element of HTML.
func hasTag(text string) bool {
	for {
		_, rest, ok := strings.Cut(text, "<")
		if !ok || rest == "" {
			return false
		}
		if c := rest[0] | 0x20; c >= 'a' && c <= 'z' && strings.Contains(rest, ">") {
			return true
		}
		text = rest
	}
}

// looksLikeMarkdown reports whether a line of text is a heading or opens a block
// of code.
func looksLikeMarkdown(text string) bool {
	for line := range strings.SplitSeq(text[:min(len(text), 1<<16)], "\n") {
		hashes := len(line) - len(strings.TrimLeft(line, "#"))
		if hashes >= 1 && hashes <= 6 && strings.HasPrefix(line[hashes:], " ") || strings.HasPrefix(line, "```") {
			return true
		}
	}
	return false
}
