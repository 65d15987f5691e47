package redact

import (
	"net/netip"
	"strings"
)

// maxIPv6 is the longest text form of an address, in bytes.
const maxIPv6 = 45

// ipv4 finds an address in dotted form, which is four numbers up to 255 without
// leading zeros, at i.
func (c *scanner) ipv4(i int) (int, bool) {
	end, dots := i, 0
	for end < len(c.s) && end-i <= len("255.255.255.255") {
		if b := c.s[end]; b == '.' && isDigit(c.at(end+1)) {
			dots++
		} else if !isDigit(b) {
			break
		}
		end++
	}
	if dots != 3 || isWord(c.at(end)) || c.at(end) == '-' && isLetter(c.at(end+1)) || c.isVersion(i) {
		return 0, false
	}
	_, err := netip.ParseAddr(c.s[i:end])
	return end, err == nil
}

// isVersion reports whether what stands before i makes four numbers a version
// or the number of a section.
func (c *scanner) isVersion(i int) bool {
	switch p, q := c.before(i, 1), c.before(i, 2); {
	case p == '.' || p == '-' || p == '_':
		return isAlnum(q)
	case p == '/': // a product, as in "Chrome/120.0.0.0"
		return isLetter(q)
	case p == ' ' || p == ':' || p == '=':
		switch strings.ToLower(c.wordBefore(i)) {
		case "version", "ver", "v", "release", "build", "firmware", "section", "chapter", "revision", "rev":
			return true
		}
	}
	return false
}

// ipv6 finds an address at i. Words with "::" between them are no address: one
// has a digit.
func (c *scanner) ipv6(i int) (int, bool) {
	end, colons, digit := i, 0, false
	for end < len(c.s) && end-i <= maxIPv6 {
		b := c.s[end]
		if b == ':' {
			colons++
		} else if !isHex(b) && (b != '.' || colons < 2 || !isDigit(c.at(end+1))) {
			break
		}
		digit = digit || isDigit(b)
		end++
	}
	if colons < 2 || !digit || isWord(c.at(end)) {
		return 0, false
	}
	if c.s[end-1] == ':' && c.s[end-2] != ':' { // of the sentence
		end--
	}
	_, err := netip.ParseAddr(c.s[i:end])
	return end, err == nil
}

// maxContext is how far back a word is looked for, in bytes.
const maxContext = 32

// wordBefore is the ASCII word that stands before i, with at most three other
// bytes between.
func (c *scanner) wordBefore(i int) string {
	least := max(c.last, i-maxContext)
	end := i
	for end > least && i-end < 3 && !isLetter(c.s[end-1]) {
		end--
	}
	start := end
	for start > least && isLetter(c.s[start-1]) {
		start--
	}
	return c.s[start:end]
}
