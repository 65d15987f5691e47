package redact

import "unicode/utf8"

// separator is what stands between two groups of digits.
type separator uint8

const (
	sepNone   separator = iota // the phrase ends
	sepSpace                   // one space, of any width
	sepHyphen                  // one hyphen or dash
	sepDot
	sepSlash
	sepParenthesis // a parenthesis, with or without a space or a hyphen
	sepDash        // a hyphen between spaces
)

const (
	maxGroups = 8
	// maxDigits is more than any number has: a card has 19 (ISO/IEC 7812-1), a
	// telephone number 15 (ITU-T E.164) and perhaps "00" before it.
	maxDigits = 20
)

// group is a run of digits, and the separator before it.
type group struct {
	start, end uint16 // in the text, from the phrase's start
	from, to   uint8  // in the phrase's digits
	sep        separator
}

func (g group) len() int { return int(g.to - g.from) }

// phrase is groups of digits with separators between: a look ahead that is
// bounded by maxGroups and maxDigits.
type phrase struct {
	start  int // in the text
	digits [maxDigits]byte
	groups [maxGroups]group
	n      int
	next   separator // behind the last group, where more digits follow
}

// end is where the first k groups end in the text.
func (p *phrase) end(k int) int { return p.start + int(p.groups[k-1].end) }

// total is how many digits the first k groups have.
func (p *phrase) total(k int) int { return int(p.groups[k-1].to) }

// phraseAt reads the phrase whose first digit stands at i. It has no groups
// where the first run of digits is too long or is part of a word.
func (c *scanner) phraseAt(i int) *phrase {
	p := &c.phrase
	p.start, p.n, p.next = i, 0, sepNone
	sep, count := sepNone, 0
	for {
		start, from := i, count
		for i < len(c.s) {
			value, size := c.s[i]-'0', 1
			if value > 9 {
				if value, size = c.digit(i); size == 0 {
					break
				}
			}
			if count == maxDigits {
				p.next = sep
				return p
			}
			p.digits[count] = value
			count++
			i += size
		}
		if isWord(c.at(i)) {
			return p
		}
		p.groups[p.n] = group{uint16(start - p.start), uint16(i - p.start), uint8(from), uint8(count), sep}
		p.n++
		var length int
		if sep, length = c.separatorAt(i); sep == sepNone {
			return p
		}
		if p.n == maxGroups {
			p.next = sep
			return p
		}
		i += length
	}
}

// separatorAt reads a separator that digits follow.
func (c *scanner) separatorAt(i int) (separator, int) {
	if i >= len(c.s) {
		return sepNone, 0
	}
	one := asciiSeparators[c.s[i]]
	if c.s[i] < utf8.RuneSelf {
		if one == sepNone {
			return sepNone, 0
		}
		if one != sepParenthesis && isDigit(c.at(i+1)) {
			return one, 1
		}
	}
	return c.longSeparatorAt(i)
}

func (c *scanner) longSeparatorAt(i int) (separator, int) {
	start, kind, parenthesis := i, sepNone, false
	for range 3 {
		if _, size := c.digit(i); size > 0 {
			break
		}
		one, size := separatorOf(c.s[i:])
		switch {
		case one == sepNone:
			return sepNone, 0
		case one == sepParenthesis:
			parenthesis = true
		case kind == sepNone:
			kind = one
		case kind == sepSpace && one == sepHyphen, kind == sepDash && one == sepSpace:
			kind = sepDash
		default:
			return sepNone, 0
		}
		i += size
	}
	if _, size := c.digit(i); size == 0 || kind == sepDash && i-start < 3 {
		return sepNone, 0
	}
	if parenthesis {
		kind = sepParenthesis
	}
	return kind, i - start
}

var asciiSeparators = [256]separator{
	' ': sepSpace, '-': sepHyphen, '.': sepDot, '/': sepSlash, '(': sepParenthesis, ')': sepParenthesis,
}

// separatorOf is the separator that s begins with, and its length.
func separatorOf(s string) (separator, int) {
	if s == "" {
		return sepNone, 0
	}
	if s[0] < utf8.RuneSelf {
		return asciiSeparators[s[0]], 1
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == 0xA0 || r == 0x3000 || r == 0x202F || r >= 0x2000 && r <= 0x200A:
		return sepSpace, size
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xFF0D || r == 0x30FC:
		return sepHyphen, size
	case r == '（' || r == '）':
		return sepParenthesis, size
	}
	return sepNone, 0
}

// same reports whether one separator, and no other, stands between groups
// [first, k).
func (p *phrase) same(first, k int) bool {
	for i := first + 1; i < k; i++ {
		if p.groups[i].sep != p.groups[first].sep {
			return false
		}
	}
	return true
}

// after is the separator behind the first k groups.
func (p *phrase) after(k int) separator {
	if k < p.n {
		return p.groups[k].sep
	}
	return p.next
}

// shape reports whether the phrase begins with groups of these lengths.
func (p *phrase) shape(lengths ...int) bool {
	if p.n < len(lengths) {
		return false
	}
	for i, n := range lengths {
		if p.groups[i].len() != n {
			return false
		}
	}
	return true
}

// isDate reports whether the phrase begins with a date: a year, a month and a
// day, in either order.
func (p *phrase) isDate() bool {
	month := func(g group) bool {
		v := 10*p.digits[g.from] + p.digits[g.from+1]
		return v >= 1 && v <= 31
	}
	switch g := p.groups; {
	case p.shape(4, 2, 2):
		return month(g[1]) && month(g[2])
	case p.shape(2, 2, 4):
		return month(g[0]) && month(g[1])
	}
	return false
}
