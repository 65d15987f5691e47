// Package redact takes personal data and credentials out of text: e-mail
// addresses, telephone numbers, payment cards, IBANs, US social security
// numbers, IP addresses, access keys and bearer tokens. A placeholder stands
// where one stood; every other byte stays as it was.
//
// One pass reads the text, in any language and encoding, and looks ahead a
// bounded way where something may begin: the time is linear in the length, and
// no text makes it otherwise. What a checksum or a structure can confirm is
// confirmed (Luhn, ISO 7064, the country's account form, netip), so that
// versions, dates, order numbers, UUIDs and hashes stay. Where a number could be
// a telephone number and something else, its form or the word before it decides.
package redact

// Kind is what was found. Its text is the placeholder.
type Kind string

// The kinds.
const (
	Email Kind = "[EMAIL]"
	Phone Kind = "[PHONE]"
	Card  Kind = "[CARD]"
	IBAN  Kind = "[IBAN]"
	SSN   Kind = "[SSN]"
	IP    Kind = "[IP]"
	Key   Kind = "[KEY]"   // an access key, or a secret one
	Token Kind = "[TOKEN]" // a bearer token
)

// String returns s with placeholders, and s itself where there is nothing to
// redact.
func String(s string) string {
	c := scanner{s: s}
	for i := 0; i < len(s); {
		switch classes[s[i]] {
		case classOther:
			i++
		case classLetter:
			i = c.word(i)
		case classDigit:
			i = c.number(i)
		case classHigh:
			i = c.high(i)
		default:
			i = c.sign(i)
		}
	}
	if !c.found {
		return s
	}
	return string(append(c.out, s[c.last:]...))
}

// scanner is the state of one pass. Its methods that take a position and
// return one handle what begins there and say where to go on.
type scanner struct {
	s      string
	out    []byte // the result up to last
	last   int    // end of what was found last
	found  bool
	phrase phrase // see phraseAt
}

// replace puts kind where s[from:to] stands, and returns to.
func (c *scanner) replace(from, to int, kind Kind) int {
	if !c.found {
		c.out = make([]byte, 0, len(c.s)+16)
	}
	c.out = append(append(c.out, c.s[c.last:from]...), kind...)
	c.last, c.found = to, true
	return to
}

// before is the byte n before i, as it stands in the result: 0 before the
// beginning, "]" for what was replaced.
func (c *scanner) before(i, n int) byte {
	if i -= n; i < 0 {
		return 0
	}
	if i < c.last {
		return ']'
	}
	return c.s[i]
}

// at is the byte at i, 0 behind the end.
func (c *scanner) at(i int) byte {
	if i >= len(c.s) {
		return 0
	}
	return c.s[i]
}

// word handles an ASCII word that begins with a letter or "_".
func (c *scanner) word(i int) int {
	if c.uuid(i) {
		return i + uuidLength
	}
	end := c.wordEnd(i)
	if end-i >= 2 {
		if to, ok := c.iban(i, end); ok {
			return c.replace(i, to, IBAN)
		}
		if from, to, kind := c.secret(i, end); kind != "" {
			return c.replace(from, to, kind)
		}
	}
	if c.at(end) == ':' {
		if to, ok := c.ipv6(i); ok {
			return c.replace(i, to, IP)
		}
	}
	return end
}

// sign handles "@", "+", "(" and ":".
func (c *scanner) sign(i int) int {
	switch c.s[i] {
	case '@':
		if from, to, ok := c.email(i, i+1); ok {
			return c.replace(from, to, Email)
		}
	case '+':
		if to, ok := c.plusPhone(i, i+1); ok {
			return c.replace(i, to, Phone)
		}
	case '(':
		if to, ok := c.parenthesisPhone(i); ok {
			return c.replace(i, to, Phone)
		}
	case ':':
		if c.at(i+1) == ':' && !isWord(c.before(i, 1)) && c.before(i, 1) != ':' {
			if to, ok := c.ipv6(i); ok {
				return c.replace(i, to, IP)
			}
		}
	}
	return i + 1
}

func (c *scanner) wordEnd(i int) int {
	for i < len(c.s) && isWord(c.s[i]) {
		i++
	}
	return i
}

// uuidLength is that of a UUID's text form (RFC 9562).
const uuidLength = 36

// uuid reports whether a UUID begins at i: its digits are nobody's number.
func (c *scanner) uuid(i int) bool {
	if len(c.s)-i < uuidLength || c.s[i+8] != '-' || c.s[i+13] != '-' || c.s[i+18] != '-' || c.s[i+23] != '-' || isWord(c.at(i+uuidLength)) {
		return false
	}
	for j := i; j < i+uuidLength; j++ {
		if c.s[j] != '-' && !isHex(c.s[j]) {
			return false
		}
	}
	return true
}
