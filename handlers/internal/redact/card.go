package redact

// brands are the first digits of the networks' cards and how many digits a card
// has: ISO/IEC 7812 leaves both to the networks.
var brands = []struct{ low, high, digits, least, most int }{
	{4, 4, 1, 13, 19},           // Visa
	{51, 55, 2, 16, 16},         // Mastercard
	{2221, 2720, 4, 16, 16},     // Mastercard
	{34, 34, 2, 15, 15},         // American Express
	{37, 37, 2, 15, 15},         // American Express
	{36, 36, 2, 14, 19},         // Diners Club
	{38, 39, 2, 14, 19},         // Diners Club
	{300, 305, 3, 14, 19},       // Diners Club
	{3528, 3589, 4, 16, 19},     // JCB
	{60, 60, 2, 16, 19},         // Discover, RuPay, Hipercard
	{62, 62, 2, 16, 19},         // UnionPay
	{64, 65, 2, 16, 19},         // Discover
	{81, 82, 2, 16, 19},         // RuPay, UnionPay
	{50, 50, 2, 13, 19},         // Maestro, Elo, Verve
	{56, 58, 2, 13, 19},         // Maestro
	{63, 63, 2, 13, 19},         // Maestro
	{67, 67, 2, 13, 19},         // Maestro
	{2200, 2204, 4, 16, 19},     // Mir
	{979200, 979289, 6, 16, 16}, // Troy
	{9704, 9704, 4, 16, 19},     // Napas
}

// card is how many groups of the phrase are a card's number; zero for none.
// Groups stand as they are embossed, with one separator throughout.
func (c *scanner) card(p *phrase) int {
	if c.before(p.start, 1) == '.' && isDigit(c.before(p.start, 2)) {
		return 0 // a decimal
	}
	for k := p.n; k > 0; k-- {
		n := p.total(k)
		if n < 13 {
			return 0
		}
		if n > 19 || !p.embossed(k) || !brand(p.digits[:n]) || !luhn(p.digits[:n]) {
			continue
		}
		if next := c.at(p.end(k)); (next == '.' || next == ',') && isDigit(c.at(p.end(k)+1)) {
			continue // a decimal
		}
		return k
	}
	return 0
}

func (p *phrase) embossed(k int) bool {
	if k == 1 {
		return true
	}
	if sep := p.groups[1].sep; sep != sepSpace && sep != sepHyphen || !p.same(1, k) {
		return false
	}
	for _, g := range p.groups[:k] {
		if g.len() < 3 || g.len() > 7 {
			return false
		}
	}
	return true
}

func brand(digits []byte) bool {
	for _, b := range brands {
		prefix := 0
		for _, d := range digits[:b.digits] {
			prefix = 10*prefix + int(d)
		}
		if prefix >= b.low && prefix <= b.high && len(digits) >= b.least && len(digits) <= b.most {
			return true
		}
	}
	return false
}

// luhn checks the last digit (ISO/IEC 7812-1, annex B).
func luhn(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		v := int(d)
		if (len(digits)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
