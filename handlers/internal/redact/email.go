package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// email looks around the "@" in s[sign:after]. Text between two signs is looked
// at from each of them once.
func (c *scanner) email(sign, after int) (from, to int, ok bool) {
	from = c.localStart(sign)
	if from == sign {
		return 0, 0, false
	}
	to, ok = c.domainEnd(after)
	return from, to, ok
}

// localStart is where the local part ends that stands before i; i for none. It
// takes the characters of dot-atoms (RFC 5322, RFC 6531) less those that stand
// before addresses more often than in them, such as "=" and "/".
func (c *scanner) localStart(i int) int {
	start := i
	dense := false
	for start > c.last {
		b := c.s[start-1]
		if b < utf8.RuneSelf {
			if !isWord(b) && b != '.' && b != '-' && b != '+' && b != '%' && b != '\'' {
				break
			}
			start--
			continue
		}
		r, size := utf8.DecodeLastRuneInString(c.s[c.last:start])
		if start == i {
			dense = isDense(r)
		}
		if !inAddress(r) || isDense(r) && !dense {
			break
		}
		start -= size
	}
	for start < i && strings.IndexByte(".-+%'", c.s[start]) >= 0 { // a list's dash, a quote
		start++
	}
	return start
}

// domainEnd is where the domain ends that begins at i.
func (c *scanner) domainEnd(i int) (int, bool) {
	end := i
	dense := false
	for end < len(c.s) {
		b := c.s[end]
		if b < utf8.RuneSelf {
			if !isAlnum(b) && b != '-' && (b != '.' || end > i && c.s[end-1] == '.') {
				break
			}
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(c.s[end:])
		if end == i {
			dense = isDense(r)
		}
		if !inAddress(r) || isDense(r) && !dense {
			break
		}
		end += size
	}
	for { // the longest that can be one
		domain := strings.TrimRight(c.s[i:end], ".-")
		dot := strings.LastIndexByte(domain, '.')
		if dot <= 0 {
			return 0, false
		}
		if isTopLevel(domain[dot+1:]) {
			return i + len(domain), true
		}
		end = i + dot
	}
}

// isTopLevel reports whether label can be a top-level domain: no number (RFC
// 3696), and not what file names end in that speak of density ("logo@2x.png").
func isTopLevel(label string) bool {
	if len(label) < 2 || len(label) > 63 {
		return false
	}
	if len(label) > 4 && strings.EqualFold(label[:4], "xn--") {
		return true
	}
	for i := range len(label) {
		if b := label[i]; b < utf8.RuneSelf && !isLetter(b) {
			return false
		}
	}
	switch strings.ToLower(label) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "css", "html", "json", "tgz":
		return false
	}
	return true
}

// inAddress reports whether r, outside ASCII, may stand in an internationalized
// address.
func inAddress(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
}

// isDense reports whether r is of a script that puts no spaces between words or
// glues particles to foreign ones. Such text may stand right beside an address
// without being part of it; in an address of such letters it may not.
func isDense(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
