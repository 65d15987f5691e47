package redact

import (
	"fmt"
	"strings"
	"testing"
)

var kinds = []Kind{Email, Phone, Card, IBAN, SSN, IP, Key, Token}

// covers reports whether got is want with placeholders for parts of it: what
// stands between them is there, in its order.
func covers(text, got string) bool {
	at := func(s string) (int, Kind) {
		least, kind := -1, Kind("")
		for _, k := range kinds {
			if i := strings.Index(s, string(k)); i >= 0 && (least < 0 || i < least) {
				least, kind = i, k
			}
		}
		return least, kind
	}
	for first := true; ; first = false {
		i, kind := at(got)
		if i < 0 {
			return strings.HasSuffix(text, got) && (!first || text == got)
		}
		j := strings.Index(text, got[:i])
		if j < 0 || first && j != 0 {
			return false
		}
		text, got = text[j+i:], got[i+len(kind):]
	}
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{
		"", "jane@example.com", "+49 30 1234567", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "123-45-6789", "2001:db8::1", "10.0.0.1",
		"AKIAIOSFODNN7EXAMPLE", "Bearer abc123DEF456ghi", "eyJhbGciOiJSUzI1NiJ9.e30.x", "api_key=0123456789abcdefghij", "٠٥٠١٢٣٤٥٦٧", "＋４９", "用户@例子.公司",
		"\xff+1 (212) 555-1234@x.io", "550e8400-e29b-41d4-a716-446655440000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := String(text)
		if !covers(text, got) {
			t.Errorf("%q became %q: something else changed", text, got)
		}
		if len(got) > 4*len(text)+8 {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
		// Around any text, what certainly is to go goes.
		for _, secret := range []string{"jane.doe@example.com", "4111111111111111", "DE89370400440532013000", "AKIAIOSFODNN7EXAMPLE"} {
			if out := String(text + "\n" + secret + "\n" + text); strings.Contains(out, secret) && !strings.Contains(text, secret) {
				t.Errorf("%s beside %q stays: %q", secret, text, out)
			}
		}
	})
}

// slow is text that is made to be slow, repeated.
var slow = []string{
	"@", "a@", "a@b.", "a@1.", "1", "1 ", "1.", "1-", "+", "+1", "(1)", "((((", ":", "::", "a:", "1:", "1::", "eyJ-", "eyJa-", "eyJa.", "--eyJa", "sk-", "--sk-", "xoxb-a-", "apikey=", "api-key-",
	"bearer ", "bearer:", "DE12 ", "DE89370400440532013", "-", ".", "４", "＋", "＠", "用@", "0-", "4111 ", "tel ", "ghp_a", "deadbeef-", "\xff", "٣", " .-", "token: ",
}

// BenchmarkSlow shows that the time grows with the length of the text and no
// faster: the bytes a second of a unit are alike at both lengths.
func BenchmarkSlow(b *testing.B) {
	for _, unit := range slow {
		for _, size := range []int{1 << 11, 1 << 15} {
			b.Run(fmt.Sprintf("%q/%d", unit, size), func(b *testing.B) {
				text := strings.Repeat(unit, size/len(unit))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					String(text)
				}
			})
		}
	}
}

func corpus() map[string]string {
	return map[string]string{
		"prose":   strings.Repeat("The customer reports that the export fails since Monday; the page shows an error and nothing is written to the bucket. ", 4000),
		"chat":    strings.Repeat("Hi, this is Jane (jane.doe@example.com), order ORD-2024-001234. Call me at +1 212 555 1234, it is 12:34 on 2024-01-20. ", 4000),
		"numbers": strings.Repeat("1024 2048 3.14 2024-01-20 10.15.7 4815162342 0.5 100-2345678-1234567 12:34:56 ", 5000),
		"logs":    strings.Repeat(`{"time":"2024-01-20T12:55:08.123Z","id":"550e8400-e29b-41d4-a716-446655440000","ip":"203.0.113.7","ms":123,"ok":true}`+"\n", 4000),
		"Chinese": strings.Repeat("客户报告说，自周一以来导出失败；页面显示错误，存储桶中没有写入任何内容。电话13812345678。", 3000),
	}
}

func BenchmarkString(b *testing.B) {
	for name, text := range corpus() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				String(text)
			}
		})
	}
}
