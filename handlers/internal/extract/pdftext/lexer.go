package pdftext

import (
	"bytes"
	"strconv"
)

// kind is what a token is.
type kind int

const (
	operator kind = iota // also "]", ">>" and the braces, where they stand alone
	numeric
	text // a string
	named
	list
	dictionary // read over
)

// token is an operand or an operator of a content stream or a character map.
type token struct {
	kind  kind
	num   float64
	str   string // of a text, name or operator
	items []token
}

// maxDepth is how deep arrays and dictionaries may stand inside each other.
const maxDepth = 16

// lexer splits a stream. What is malformed it reads as something: a page with an
// error in it is still read by every viewer.
type lexer struct {
	data []byte
	pos  int
}

// next is the next token; ok is false at the end.
func (l *lexer) next() (t token, ok bool) { return l.token(0) }

func (l *lexer) token(depth int) (token, bool) {
	l.skipSpace()
	if l.pos >= len(l.data) {
		return token{}, false
	}
	c := l.data[l.pos]
	switch c {
	case '(':
		l.pos++
		return token{kind: text, str: l.literal()}, true
	case '/':
		l.pos++
		return token{kind: named, str: l.name()}, true
	case '[':
		l.pos++
		return token{kind: list, items: l.items("]", depth)}, true
	case '<':
		l.pos++
		if l.peek() == '<' {
			l.pos++
			l.items(">>", depth)
			return token{kind: dictionary}, true
		}
		return token{kind: text, str: l.hex()}, true
	case '>':
		l.pos++
		if l.peek() == '>' {
			l.pos++
		}
		return token{kind: operator, str: ">>"}, true
	case ']', '{', '}', ')':
		l.pos++
		return token{kind: operator, str: string(c)}, true
	}
	word := l.word()
	if n, ok := parseNumber(word); ok {
		return token{kind: numeric, num: n}, true
	}
	return token{kind: operator, str: string(word)}, true
}

func (l *lexer) peek() byte {
	if l.pos < len(l.data) {
		return l.data[l.pos]
	}
	return 0
}

func (l *lexer) items(end string, depth int) []token {
	if depth == maxDepth { // it means nothing, and neither does what follows
		l.pos = len(l.data)
		return nil
	}
	var items []token
	for {
		t, ok := l.token(depth + 1)
		if !ok || t.kind == operator && t.str == end {
			return items
		}
		items = append(items, t)
	}
}

func (l *lexer) skipSpace() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case isSpace(c):
			l.pos++
		case c == '%':
			if i := bytes.IndexAny(l.data[l.pos:], "\r\n"); i >= 0 {
				l.pos += i
			} else {
				l.pos = len(l.data)
			}
		default:
			return
		}
	}
}

func (l *lexer) word() []byte {
	start := l.pos
	for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
		l.pos++
	}
	return l.data[start:l.pos]
}

func (l *lexer) name() string {
	word := l.word()
	if bytes.IndexByte(word, '#') < 0 {
		return string(word)
	}
	var out []byte
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) {
			if v, err := strconv.ParseUint(string(word[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, word[i])
	}
	return string(out)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// parseNumber reads a number as viewers do: "-.5", "+3", "4." and "--2" are ones.
func parseNumber(word []byte) (float64, bool) {
	if len(word) == 0 || len(word) > 64 {
		return 0, false
	}
	if c := word[0]; c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
		return 0, false
	}
	for len(word) > 1 && word[0] == '-' && word[1] == '-' {
		word = word[1:]
	}
	n, err := strconv.ParseFloat(string(word), 64)
	// What can't be a place on a page is none.
	if err != nil || n != n || n > 1e9 || n < -1e9 {
		return 0, err == nil
	}
	return n, true
}
