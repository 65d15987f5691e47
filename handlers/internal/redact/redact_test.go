package redact

import (
	"testing"
)

func TestRedacts(t *testing.T) {
	tests := []struct{ name, in, want string }{
		// E-mail.
		{"plain", "Write to jane.doe@example.com today.", "Write to [EMAIL] today."},
		{"with a tag, at a sentence's end", "It is o'brien+x_1@mail.example.co.uk.", "It is [EMAIL]."},
		{"in signs", "<a@b.io>, \"c@d.io\"; mailto:e@f.io?x", "<[EMAIL]>, \"[EMAIL]\"; mailto:[EMAIL]?x"},
		{"a list's dash", "-a@b.io\n- c@d.io", "-[EMAIL]\n- [EMAIL]"},
		{"as a setting", "user=a@b.io&x=1", "user=[EMAIL]&x=1"},
		{"umlauts", "An jürgen@müller.de, bitte", "An [EMAIL], bitte"},
		{"Cyrillic", "Пишите: иван@почта.рф!", "Пишите: [EMAIL]!"},
		{"Chinese around it", "请联系zhang@example.com谢谢", "请联系[EMAIL]谢谢"},
		{"Korean particles", "a@b.co.kr으로 보내", "[EMAIL]으로 보내"},
		{"Chinese in it", "邮箱: 用户@例子.公司", "邮箱: [EMAIL]"},
		{"full-width sign", "taro＠example.jp", "[EMAIL]"},
		{"punycode", "a@xn--bcher-kva.xn--p1ai", "[EMAIL]"},
		{"a password in a URL", "https://me:pass@host.example/x", "https://me:[EMAIL]/x"},
		{"two", "a@b.io,c@d.io", "[EMAIL],[EMAIL]"},
		{"a bad last label is no part", "a@b.io.1", "[EMAIL].1"},

		// Telephone.
		{"international", "Call +49 30 1234567 now", "Call [PHONE] now"},
		{"in one piece", "+491701234567", "[PHONE]"},
		{"American", "+1 (415) 555-2671.", "[PHONE]."},
		{"with a trunk prefix", "+44 (0)20 7946 0958", "[PHONE]"},
		{"a country in parentheses", "(+33) 1 42 68 53 00", "[PHONE]"},
		{"dots", "+33.1.42.68.53.00", "[PHONE]"},
		{"a dash", "+49 30 - 1234567", "[PHONE]"},
		{"narrow spaces", "+33\u202F1\u00A042\u00A068\u00A053\u00A000", "[PHONE]"},
		{"00", "0049 30 1234567, 00491701234567", "[PHONE], [PHONE]"},
		{"North American", "212-555-1234 (212) 555-1234 212.555.1234 1-800-555-1234", "[PHONE] [PHONE] [PHONE] [PHONE]"},
		{"German", "030/1234567; 0171 123 45 67; (030) 1234567", "[PHONE]; [PHONE]; [PHONE]"},
		{"French", "06 12 34 56 78", "[PHONE]"},
		{"British", "020 7946 0958", "[PHONE]"},
		{"Japanese", "090-1234-5678、03-1234-5678", "[PHONE]、[PHONE]"},
		{"full-width", "電話：０９０－１２３４－５６７８です", "電話：[PHONE]です"},
		{"Chinese, announced", "电话13812345678，谢谢", "电话[PHONE]，谢谢"},
		{"Chinese, in groups", "138-1234-5678", "[PHONE]"},
		{"Arabic digits", "هاتف: ٠٥٠١٢٣٤٥٦٧", "هاتف: [PHONE]"},
		{"Arabic digits, international", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "[PHONE]"},
		{"Devanagari digits", "+९१ ९८७६५ ४३२१०", "[PHONE]"},
		{"Russian", "тел. 8 (495) 123-45-67", "тел. [PHONE]"},
		{"Brazilian", "(11) 91234-5678", "[PHONE]"},
		{"announced", "my phone number is 5551234567", "my phone number is [PHONE]"},
		{"announced, seven digits", "Tel: 555-1234", "Tel: [PHONE]"},
		{"with an extension", "212-555-1234 ext 5", "[PHONE] ext 5"},

		// Cards.
		{"Visa", "4111 1111 1111 1111", "[CARD]"},
		{"in one piece", "card 4111111111111111.", "card [CARD]."},
		{"hyphens", "5555-5555-5555-4444", "[CARD]"},
		{"American Express", "3782 822463 10005", "[CARD]"},
		{"thirteen and nineteen digits", "4222222222222 6304000000000000 6212345678900000003", "[CARD] [CARD] [CARD]"},
		{"an expiry behind it", "4111 1111 1111 1111 12/27 cvv 123", "[CARD] 12/27 cvv 123"},
		{"a number before it", "no. 2024 4111 1111 1111 1111", "no. 2024 [CARD]"},
		{"in Chinese text", "卡号4111111111111111谢谢", "卡号[CARD]谢谢"},
		{"full-width digits", "４１１１ １１１１ １１１１ １１１１", "[CARD]"},

		// IBAN.
		{"German IBAN", "DE89370400440532013000", "[IBAN]"},
		{"in groups", "IBAN: DE89 3704 0044 0532 0130 00, BIC", "IBAN: [IBAN], BIC"},
		{"letters", "GB29 NWBK 6016 1331 9268 19 and MT84MALT011000012345MTLCAST001S", "[IBAN] and [IBAN]"},
		{"small letters", "nl91abna0417164300", "[IBAN]"},
		{"the country apart", "FR 14 2004 1010 0505 0001 3M02 606", "[IBAN]"},
		{"narrow spaces", "BE68\u202F5390\u202F0754\u202F7034", "[IBAN]"},

		// SSN.
		{"SSN", "SSN 123-45-6789.", "SSN [SSN]."},
		{"spaces", "it is 123 45 6789", "it is [SSN]"},
		{"announced, in one piece", "social security number: 123456789; SSN=123456789", "social security number: [SSN]; SSN=[SSN]"},

		// Addresses.
		{"IPv4", "from 203.0.113.7, to 10.0.0.1:8080 and 10.0.0.0/8", "from [IP], to [IP]:8080 and [IP]/8"},
		{"in a URL, at a sentence's end", "http://192.168.1.1/x is 192.168.1.1.", "http://[IP]/x is [IP]."},
		{"behind a number", "1 1.1.1.1, 02 8.8.8.8", "1 [IP], 02 [IP]"},
		{"a range", "10.0.0.1-10.0.0.5", "[IP]-[IP]"},
		{"IPv6", "2001:db8::1 and ::1 or FE80::1%eth0", "[IP] and [IP] or [IP]%eth0"},
		{"in full", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "[IP]"},
		{"in brackets, with a port", "[2001:db8::1]:443", "[[IP]]:443"},
		{"mapped", "::ffff:10.1.2.3", "[IP]"},
		{"at a sentence's end", "It is 2001:db8::1. Or fe80::2: really", "It is [IP]. Or [IP]: really"},
		{"a prefix", "2001:db8::/32", "[IP]/32"},

		// Credentials.
		{"AWS key id", "AKIAIOSFODNN7EXAMPLE", "[KEY]"},
		{"AWS secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [KEY]"},
		{"AWS in JSON", `{"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}`, `{"SecretAccessKey": "[KEY]"}`},
		{"bearer", "Authorization: Bearer abc123DEF456ghi789==", "Authorization: Bearer [TOKEN]"},
		{"JWT", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln-_x, see", "[TOKEN], see"},
		{"bearer JWT", "bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "bearer [TOKEN]"},
		{"a header", "x-api-key: 0123456789abcdefghij", "x-api-key: [KEY]"},
		{"a query", "?access_token=abcdef0123456789&x=1", "?access_token=[TOKEN]&x=1"},
		{"GitHub", "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789", "[TOKEN]"},
		{"Slack", "xoxb-" + "1234567890-abcdef", "[TOKEN]"},

		{"several", "Jane <jane@x.io>, +1 212 555 1234, 4111111111111111, 10.0.0.1", "Jane <[EMAIL]>, [PHONE], [CARD], [IP]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := String(tt.in)
			if got != tt.want {
				t.Errorf("%q\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := String(got); again != got {
				t.Errorf("again: %q", again)
			}
		})
	}
}
