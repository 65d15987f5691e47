package redact

// number handles what begins with a digit.
func (c *scanner) number(i int) int {
	if c.uuid(i) {
		return i + uuidLength
	}
	end := c.wordEnd(i)
	switch c.at(end) {
	case ':':
		if to, ok := c.ipv6(i); ok {
			return c.replace(i, to, IP)
		}
	case '.':
		if to, ok := c.ipv4(i); ok {
			return c.replace(i, to, IP)
		}
	}
	if n := end - i; n == 1 && c.s[i] != '1' || n == 2 && c.s[i] != '0' {
		// No card, SSN or telephone number begins so, except one that is announced.
		if !c.announced(i) {
			return end
		}
	}
	p := c.phraseAt(i)
	if p.n == 0 {
		return c.skipNumber(i)
	}
	if p.total(p.n) < minDigits {
		return p.skip()
	}
	if k := c.card(p); k > 0 {
		return c.replace(i, p.end(k), Card)
	}
	if k := c.ssn(p); k > 0 {
		return c.replace(i, p.end(k), SSN)
	}
	if k := c.phone(p); k > 0 {
		return c.replace(i, p.end(k), Phone)
	}
	return p.end(1)
}

// minDigits is fewer than any number has that is looked for.
const minDigits = 7

// skip is where to go on behind a phrase with too few digits: at its last group,
// with which a phrase of another kind may begin. A dot may stand in one.
func (p *phrase) skip() int {
	if p.n == 1 || p.next != sepNone {
		return p.end(1)
	}
	for _, g := range p.groups[1:p.n] {
		if g.sep == sepDot {
			return p.end(1)
		}
	}
	return p.start + int(p.groups[p.n-1].start)
}

// skipNumber goes behind a run of digits and the word that it is part of.
func (c *scanner) skipNumber(i int) int {
	for {
		_, size := c.digit(i)
		if size == 0 {
			return c.wordEnd(i)
		}
		i += size
	}
}

// glued reports whether what stands before i makes digits there part of
// something longer: an identifier, a path, a decimal, a list of numbers.
func (c *scanner) glued(i int) bool {
	p, q := c.before(i, 1), c.before(i, 2)
	switch p {
	case '-', '/', '_', '\\':
		return isAlnum(q)
	case '.', ',', ' ':
		return isDigit(q)
	case '#', '$':
		return true
	}
	return isWord(p)
}

// trails reports whether what stands at end makes digits before it part of an
// identifier or a decimal.
func (c *scanner) trails(end int) bool {
	switch c.at(end) {
	case '-', '/', '_':
		return isAlnum(c.at(end + 1))
	case '.', ',':
		return isDigit(c.at(end + 1))
	case '%':
		return true
	}
	return false
}
