package redact

import "strings"

// ssn is how many groups of the phrase are a US social security number; zero
// for none. Numbers that were never assigned are none (SSA, "Social Security
// Number Randomization").
func (c *scanner) ssn(p *phrase) int {
	start := p.start
	switch {
	case p.shape(3, 2, 4):
		sep := p.groups[1].sep
		if sep != sepHyphen && sep != sepSpace || !p.same(1, 3) || p.after(3) == sep || c.glued(start) || c.trails(p.end(3)) {
			return 0
		}
		if assigned(p.digits[:9]) {
			return 3
		}
	case p.groups[0].len() == 9 && assigned(p.digits[:9]):
		switch strings.ToLower(c.wordBefore(start)) {
		case "ssn", "social":
			return 1
		case "number", "security", "no":
			if text := strings.ToLower(c.s[max(c.last, start-maxContext):start]); strings.Contains(text, "ssn") || strings.Contains(text, "social security") {
				return 1
			}
		}
	}
	return 0
}

func assigned(d []byte) bool {
	area := 100*int(d[0]) + 10*int(d[1]) + int(d[2])
	return area != 0 && area != 666 && area < 900 && d[3]+d[4] != 0 && d[5]+d[6]+d[7]+d[8] != 0
}
