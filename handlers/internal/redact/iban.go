package redact

// accounts are the national account numbers, by country, as the SWIFT IBAN
// Registry (release 99) has them: counts of n digits, a capital letters, c
// either.
var accounts = func() map[[2]byte]string {
	const registry = "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c CZ20n " +
		"DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT20c HN4a20n HR17n HU24n " +
		"IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n " +
		"MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c " +
		"RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c"
	forms := map[[2]byte]string{}
	for start := 0; start < len(registry); {
		end := start
		for end < len(registry) && registry[end] != ' ' {
			end++
		}
		forms[[2]byte{registry[start], registry[start+1]}] = registry[start+2 : end]
		start = end + 1
	}
	return forms
}()

// iban finds an IBAN whose first word is s[i:end]: in one piece, or in groups
// with one space, hyphen or dot between.
func (c *scanner) iban(i, end int) (int, bool) {
	if !isLetter(c.s[i]) || !isLetter(c.s[i+1]) {
		return 0, false
	}
	if end-i > 2 && (end-i < 4 || !isDigit(c.s[i+2]) || !isDigit(c.s[i+3])) || end-i == 2 && !isDigit(c.at(end+1)) {
		return 0, false
	}
	if p := c.before(i, 1); (p == '-' || p == '/' || p == '.') && isAlnum(c.before(i, 2)) {
		return 0, false
	}
	form, ok := accounts[[2]byte{c.s[i] &^ 0x20, c.s[i+1] &^ 0x20}]
	if !ok {
		return 0, false
	}
	at := i + 2
	check, ok := c.take(&at, 2, 'n', 0)
	if !ok {
		return 0, false
	}
	sum := 0
	for f := 0; f < len(form); {
		n := 0
		for ; isDigit(form[f]); f++ {
			n = 10*n + int(form[f]-'0')
		}
		if sum, ok = c.take(&at, n, form[f], sum); !ok {
			return 0, false
		}
		f++
	}
	// ISO 7064, MOD 97-10: country and check digits go to the end.
	sum = appendLetter(appendLetter(sum, c.s[i]), c.s[i+1])
	sum = (sum*100 + check) % 97
	return at, sum == 1 && !isWord(c.at(at))
}

// take reads n characters of a kind, moves at behind them and returns sum with
// their values appended, modulo 97.
func (c *scanner) take(at *int, n int, kind byte, sum int) (int, bool) {
	for ; n > 0; n-- {
		size := c.groupGap(*at)
		b := c.at(*at + size)
		switch {
		case isDigit(b) && kind != 'a':
			sum = (sum*10 + int(b-'0')) % 97
		case isLetter(b) && kind != 'n':
			sum = appendLetter(sum, b)
		default:
			return 0, false
		}
		*at += size + 1
	}
	return sum, true
}

func appendLetter(sum int, b byte) int { return (sum*100 + int(b|0x20-'a') + 10) % 97 }

// groupGap is the length of the gap between two groups at i; zero for none.
func (c *scanner) groupGap(i int) int {
	switch c.at(i) {
	case ' ', '-', '.':
		return 1
	}
	for _, space := range []string{"\u00A0", "\u202F", "\u2009"} {
		if len(c.s)-i >= len(space) && c.s[i:i+len(space)] == space {
			return len(space)
		}
	}
	return 0
}
