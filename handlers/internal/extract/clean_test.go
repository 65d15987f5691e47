package extract

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEncodings(t *testing.T) {
	long := strings.Repeat("größer ", 20)
	tests := map[string]struct{ declared, data, want string }{
		"UTF-8":                       {"", "naïve 日本 👍🏽", "naïve 日本 👍🏽"},
		"UTF-8 with a mark":           {"", "\xEF\xBB\xBFx", "x"},
		"UTF-16, little endian":       {"", "\xFF\xFEx\x00\xE9\x00\x3D\xD8\x4D\xDC", "xé👍"},
		"UTF-16, big endian":          {"", "\xFE\xFF\x00x\x00\xE9", "xé"},
		"UTF-16, half of a pair":      {"", "\xFF\xFEx\x00\x3D\xD8", "x\uFFFD"},
		"Latin-1":                     {"", "gr\xF6\xDFer \x80", "größer €"},
		"as declared":                 {"text/plain; charset=koi8-r", "\xF0\xD2\xC9", "При"},
		"declared wrongly":            {"text/plain; charset=koi8-r", "größer", "größer"},
		"declared as nobody knows":    {"text/plain; charset=x-none", "gr\xF6\xDFer", "größer"},
		"UTF-8 that was cut":          {"", long + "\xC3", strings.TrimSpace(long) + " \uFFFD"},
		"NUL and control characters":  {"", strings.Repeat("x", 100) + "a\x00b\x1B\x7F\u0085c\u009Fd", strings.Repeat("x", 100) + "ab\ncd"},
		"line ends":                   {"", "a\r\nb\rc\vd\fe\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"},
		"no characters":               {"", "a\uFEFFb\uFFFEc\uFDD0d\U0001FFFFe", "abcde"},
		"marks and joiners stay":      {"", "e\u0301 \u200F\u05D0 \u0646\u200C\u0627 👩\u200D👧 \u00A0\u00ADx", "e\u0301 \u200F\u05D0 \u0646\u200C\u0627 👩\u200D👧 \u00A0\u00ADx"},
		"blanks at the ends of lines": {"", "a  \nb\t\nc", "a\nb\nc"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			declared := c.declared
			if declared == "" {
				declared = TypeText
			}
			d := extracted(t, []byte(c.data), declared)
			if len(d.Blocks) != 1 || d.Blocks[0].Text != c.want {
				t.Errorf("%d blocks, the first is %+q, want %+q", len(d.Blocks), d.Blocks[0].Text, c.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\r\nb", "\u2028\uFFFE\xFF", "\x00é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r == '\r' || dropped(r) }) {
			t.Errorf("%q became %q", s, got)
		}
		if again := clean(got); again != got {
			t.Errorf("%q became %q, then %q", s, got, again)
		}
	})
}
