package redact

// maxE164 is how many digits an international number has at most (ITU-T E.164).
const maxE164 = 15

// plusPhone finds an international number: a "+" at sign, the country's code
// and the number behind it.
func (c *scanner) plusPhone(sign, after int) (int, bool) {
	if p := c.before(sign, 1); isWord(p) || p == '+' {
		return 0, false
	}
	if c.at(after) == '(' {
		after++
	}
	if _, size := c.digit(after); size == 0 {
		return 0, false
	}
	p := c.phraseAt(after)
	for k := p.n; k > 0; k-- {
		if international(p.digits[:p.total(k)]) && !p.thousands(k) {
			return p.end(k), true
		}
	}
	return 0, false
}

// thousands reports whether the first k groups are one amount.
func (p *phrase) thousands(k int) bool {
	if k < 2 || p.groups[1].sep != sepDot || p.groups[0].len() > 3 || p.total(k) > 9 {
		return false
	}
	for _, g := range p.groups[1:k] {
		if g.len() != 3 {
			return false
		}
	}
	return p.same(1, k)
}

// parenthesisPhone finds a number whose area or country stands in parentheses,
// the first of which stands at i.
func (c *scanner) parenthesisPhone(i int) (int, bool) {
	if isWord(c.before(i, 1)) {
		return 0, false
	}
	first := i + 1
	plus := c.at(first) == '+'
	if plus {
		first++
	}
	if _, size := c.digit(first); size == 0 {
		return 0, false
	}
	p := c.phraseAt(first)
	if p.n < 2 || p.groups[1].sep != sepParenthesis || c.at(p.end(1)) != ')' {
		return 0, false
	}
	for k := p.n; k > 1; k-- {
		if k == p.n && c.trails(p.end(k)) {
			continue
		}
		if plus && international(p.digits[:p.total(k)]) || !plus && p.area(k) && p.ends(k) {
			return p.end(k), true
		}
	}
	return 0, false
}

// area reports whether the first k groups are an area and a number in it: 8 to
// 12 digits, and no year before something else.
func (p *phrase) area(k int) bool {
	first, total := p.groups[0], p.total(k)
	if first.len() < 2 || first.len() > 5 || total < 8 || total > 12 || total-first.len() < 5 || !p.same(2, k) {
		return false
	}
	year := first.len() == 4 && (p.digits[0] == 1 && p.digits[1] == 9 || p.digits[0] == 2 && p.digits[1] == 0)
	if first.len() == 3 && k == 3 && p.shape(3, 3, 4) {
		return northAmerican(p.digits[:10])
	}
	return !year
}

// ends reports whether the number ends with the first k groups: what follows
// is no more of the same.
func (p *phrase) ends(k int) bool {
	next := p.after(k)
	return next == sepNone || k > 1 && next != p.groups[k-1].sep
}

// phone is how many groups of the phrase, which has no "+", are a telephone
// number; zero for none.
func (c *scanner) phone(p *phrase) int {
	start := p.start
	if p.isDate() {
		return 0
	}
	if c.announced(start) {
		for k := p.n; k > 0; k-- {
			if n := p.total(k); n >= minDigits && n <= maxE164 && (k < p.n || !c.trails(p.end(k))) {
				return k
			}
		}
		return 0
	}
	if c.glued(start) {
		return 0
	}
	for k := p.n; k > 0; k-- {
		if !p.ends(k) || k == p.n && c.trails(p.end(k)) {
			continue
		}
		if d := p.digits[:p.total(k)]; p.national(k) || len(d) > 9 && d[0] == 0 && d[1] == 0 && international(d[2:]) {
			return k
		}
	}
	return 0
}

// national reports whether the first k groups stand as national numbers do.
func (p *phrase) national(k int) bool {
	if k < 2 || p.groups[1].sep == sepSlash && k > 2 && p.groups[2].sep == sepSlash {
		return false
	}
	d := p.digits[:p.total(k)]
	switch {
	case p.shape(3, 3, 4) && k == 3:
		if p.same(1, 3) && p.groups[1].sep != sepSlash && northAmerican(d) {
			return true
		}
	case p.shape(1, 3, 3, 4) && k == 4:
		return d[0] == 1 && p.same(2, 4) && northAmerican(d[1:])
	case p.shape(3, 4, 4) && k == 3: // a mobile number of China
		if d[0] == 1 && d[1] >= 3 {
			return p.same(1, 3) && p.groups[1].sep != sepDot && p.groups[1].sep != sepSlash
		}
	}
	// The trunk prefix "0" and an area, and whatever groups the country likes.
	if d[0] != 0 || d[1] == 0 || len(d) < 9 || len(d) > 12 || p.groups[0].len() < 2 || p.groups[0].len() > 6 || !p.same(2, k) {
		return false
	}
	for _, g := range p.groups[1:k] {
		if g.len() < 2 {
			return false
		}
	}
	return true
}

// northAmerican checks a number of the North American Numbering Plan: neither
// area nor exchange begins with 0 or 1, or is a service such as 911.
func northAmerican(d []byte) bool {
	return len(d) == 10 && d[0] > 1 && d[3] > 1 && (d[1] != 1 || d[2] != 1) && (d[4] != 1 || d[5] != 1)
}
