package pdftext

import (
	"sort"

	"golang.org/x/text/encoding/unicode"
)

// cmap is a character map: of codes to text (ToUnicode), or only how long codes
// are (Encoding).
type cmap struct {
	spaces []codeSpace
	chars  map[mapped]string
	ranges [5][]codeRange // by the length of their codes; sorted by first
}

// mapped is a code with its length: <00> is not <0000>.
type mapped struct{ size, code int }

type codeSpace struct{ low, high string }

// codeRange maps code first+i to text whose last UTF-16 unit is i higher.
type codeRange struct {
	first, last int
	text        string // UTF-16, big endian
}

// maxMappings bounds what a map is taken to hold: all two-byte codes and more.
const maxMappings = 200_000

// parseCMap reads what it can; an unreadable map is an empty one.
func parseCMap(data []byte) *cmap {
	m := &cmap{chars: map[mapped]string{}}
	l := lexer{data: data}
	var operands []token
	for count := 0; ; {
		t, ok := l.next()
		if !ok {
			break
		}
		if t.kind != operator {
			operands = append(operands, t)
			continue
		}
		switch t.str {
		case "endcodespacerange":
			for i := 0; i+1 < len(operands) && len(m.spaces) < 100; i += 2 {
				m.spaces = append(m.spaces, codeSpace{operands[i].str, operands[i+1].str})
			}
		case "endbfchar":
			for i := 0; i+1 < len(operands) && len(m.chars) < maxMappings; i += 2 {
				m.chars[key(operands[i].str)] = fromUTF16(operands[i+1].str)
			}
		case "endbfrange":
			for i := 0; i+2 < len(operands) && count < maxMappings; i += 3 {
				m.addRange(operands[i].str, operands[i+1].str, operands[i+2])
				count++
			}
		}
		operands = operands[:0]
	}
	for _, r := range m.ranges {
		sort.SliceStable(r, func(i, j int) bool { return r[i].first < r[j].first })
	}
	return m
}

func (m *cmap) addRange(low, high string, to token) {
	first, last := key(low), key(high)
	if first.size != last.size || last.code < first.code {
		return
	}
	if to.kind != list {
		m.ranges[first.size] = append(m.ranges[first.size], codeRange{first.code, last.code, to.str})
		return
	}
	for i, t := range to.items {
		if first.code+i > last.code || len(m.chars) >= maxMappings {
			return
		}
		m.chars[mapped{first.size, first.code + i}] = fromUTF16(t.str)
	}
}

func key(s string) mapped {
	if len(s) > 4 {
		return mapped{}
	}
	k := mapped{size: len(s)}
	for i := range len(s) {
		k.code = k.code<<8 | int(s[i])
	}
	return k
}

// size is the length in bytes of the code that s begins with.
func (m *cmap) size(s string) int {
	for n := 1; n <= min(4, len(s)); n++ {
		for _, space := range m.spaces {
			if len(space.low) == n && len(space.high) == n && within(s[:n], space) {
				return n
			}
		}
	}
	return min(2, len(s))
}

// within compares byte by byte: a code space is a rectangle.
func within(code string, space codeSpace) bool {
	for i := range len(code) {
		if code[i] < space.low[i] || code[i] > space.high[i] {
			return false
		}
	}
	return true
}

// lookup is the text of a code. Some maps give codes of one byte as two.
func (m *cmap) lookup(raw string, code int) (string, bool) {
	for _, size := range []int{len(raw), 2} {
		if t, ok := m.chars[mapped{size, code}]; ok {
			return t, t != ""
		}
		// The last range that begins at or before the code: ranges don't overlap.
		r := m.ranges[size]
		i := sort.Search(len(r), func(i int) bool { return r[i].first > code }) - 1
		if i >= 0 && code <= r[i].last {
			t := fromUTF16(plus(r[i].text, code-r[i].first))
			return t, t != ""
		}
	}
	return "", false
}

// plus is text with its last UTF-16 unit n higher.
func plus(text string, n int) string {
	if n == 0 || len(text) < 2 {
		return text
	}
	b := []byte(text)
	unit := int(b[len(b)-2])<<8 + int(b[len(b)-1]) + n
	b[len(b)-2], b[len(b)-1] = byte(unit>>8), byte(unit)
	return string(b)
}

func fromUTF16(s string) string {
	if len(s) == 1 { // not allowed, but meant as a character
		return string(rune(s[0]))
	}
	out, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().String(s)
	if err != nil {
		return ""
	}
	return out
}
