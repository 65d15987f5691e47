package redact

import (
	"unicode"
	"unicode/utf8"
)

// class says what a byte may begin.
type class uint8

const (
	classOther  class = iota
	classLetter       // ASCII letter or "_"
	classDigit        // ASCII digit
	classSign         // see scanner.sign
	classHigh         // part of a rune outside ASCII, or of none
)

var classes = func() (table [256]class) {
	for b := range table {
		switch c := byte(b); {
		case c >= utf8.RuneSelf:
			table[b] = classHigh
		case isDigit(c):
			table[b] = classDigit
		case isWord(c):
			table[b] = classLetter
		case c == '@' || c == '+' || c == '(' || c == ':':
			table[b] = classSign
		}
	}
	return table
}()

func isDigit(b byte) bool  { return b-'0' <= 9 }
func isLetter(b byte) bool { return b|0x20-'a' <= 'z'-'a' }
func isAlnum(b byte) bool  { return isLetter(b) || isDigit(b) }
func isWord(b byte) bool   { return isAlnum(b) || b == '_' }
func isHex(b byte) bool    { return isDigit(b) || b|0x20-'a' <= 'f'-'a' }

// high handles a rune outside ASCII: full-width signs and the digits of other
// scripts begin what their ASCII likes begin.
func (c *scanner) high(i int) int {
	r, size := utf8.DecodeRuneInString(c.s[i:])
	switch r {
	case '＠':
		if from, to, ok := c.email(i, i+size); ok {
			return c.replace(from, to, Email)
		}
	case '＋':
		if to, ok := c.plusPhone(i, i+size); ok {
			return c.replace(i, to, Phone)
		}
	default:
		if _, ok := digitValue(r); ok {
			return c.number(i)
		}
	}
	return i + size
}

// digitValue is the value of a decimal digit of any script.
func digitValue(r rune) (byte, bool) {
	if r < 0x660 { // ASCII's are the only ones below Arabic's
		return byte(r - '0'), r >= '0' && r <= '9'
	}
	if r >= 0x3000 && r < 0xA620 || r >= 0xAC00 && r < 0xFF10 { // Chinese, Japanese and Korean text
		return 0, false
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Digits stand in runs of ten, zero first (The Unicode Standard, section 4.6).
	for _, x := range unicode.Nd.R16 {
		if r <= rune(x.Hi) {
			return byte((r - rune(x.Lo)) % 10), true
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r <= rune(x.Hi) {
			return byte((r - rune(x.Lo)) % 10), true
		}
	}
	return 0, false
}

// digit is the digit at i and its length in bytes; zero where there is none.
func (c *scanner) digit(i int) (value byte, size int) {
	if i >= len(c.s) {
		return 0, 0
	}
	if b := c.s[i]; b < utf8.RuneSelf {
		if isDigit(b) {
			return b - '0', 1
		}
		return 0, 0
	}
	r, size := utf8.DecodeRuneInString(c.s[i:])
	if v, ok := digitValue(r); ok {
		return v, size
	}
	return 0, 0
}
