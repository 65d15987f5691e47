package redact

import "testing"

func TestLeavesAlone(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":        "",
		"words":          "The quick brown fox; naïve façade, Übergrößenträger. 你好，世界。 Привет! مرحبا 👋",
		"no UTF-8":       "\xff\xfe caf\xe9 \xed\xa0\x80 \xf0\x9f",
		"controls":       "a\x00b\r\n\tc\u2028",
		"placeholders":   "[EMAIL] [PHONE] [CARD] [IBAN] [SSN] [IP] [KEY] [TOKEN]",
		"versions":       "v1.2.3.4, version 1.2.3.4, 1.2.3, 2.0.0-rc.1, 10.15.7, go1.26.8, release 4.5.6.7, foo-1.2.3.4.tar.gz, Chrome/120.0.0.0",
		"five numbers":   "1.2.3.4.5 and 256.1.1.1 and 1.2.3.400 and 01.02.03.04",
		"sections":       "see section 1.2.3.4",
		"dates":          "2024-01-20, 20.01.2024, 01/20/2024, 01-20-2024, 20 01 2024 15 Uhr, 2024-01-20T12:55:08.123Z, 2024-01-20 12:34:56, 01.02.2024 10:30",
		"dates, called":  "call 2024-01-20, call 20.01.2024",
		"times":          "12:34:56, 08:00-16:00, 1:02:03.456, UTC+01:00, +0200",
		"epochs":         "1705751708, 1705751708326, 1705751708326000, 1705751708326000000",
		"order numbers":  "Order 100-2345678-1234567, ORD-2024-001234, #123456789, INV-212-555-1234, ticket 4815162342, PO 0001-2345-6789",
		"bare numbers":   "123456789, 1234567890, 12345678901, 2125551234, 987654321012",
		"sixteen digits": "4111111111111112, 1234567812345678, 0000000000000000, 9999999999999995",
		"decimals":       "0.4111111111111111 and 3.14159265358979 and 4111111111111111.5",
		"amounts":        "1.234.567,89 EUR, 1,234,567.89, $5,000,000, +5.000.000, +20.000.000, 12 345 678, +100 %",
		"UUIDs":          "550e8400-e29b-41d4-a716-446655440000, 41111111-1111-1111-1111-111111111111, BEEFBEEF-1234-4123-8123-123456789012, mobile 12345678-1234-4123-8123-123456789012",
		"UUID like IBAN": "be685390-0754-7034-8000-000000000000",
		"short bearers":  "bearer v2 tokens, Bearer abc1",
		"no card":        "4111/1111/1111/1111, 4111.1111.1111.1111",
		"hashes":         "d41d8cd98f00b204e9800998ecf8427e 4111111111111111abcdef 0a4d55a8d778e5022fab701977c5d840bbc486d0 12345678901234567890123456789012",
		"ISBN":           "ISBN 978-3-16-148410-0, 0-306-40615-2",
		"coordinates":    "52.520008, 13.404954; -33.8688, 151.2093",
		"lists":          "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15, 01 02 03 04 05 06 07 08 09",
		"no SSN":         "000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000, 123-45-67890, A-123-45-6789, 123-45-6789-0",
		"no IBAN":        "DE89370400440532013001, DE8937040044053201300, XX89370400440532013000, is 10 percent of the whole, GB29 letters",
		"no phone":       "911, +12, +999 123 4567, 123-456-7890, 212-155-1234, +1 123 456 7890, C++ 20240101, 7 + 20240101",
		"at signs":       "@jane, a @ b, npm i foo@1.2.3, logo@2x.png, user@localhost, x@y, a@.com, @media, foo@latest",
		"colons":         "std::vector, a::b, ::, face::bad, Module::Const, 00:1a:2b:3c:4d:5e, a:b:c, key::value",
		"bearers":        "the bearer of this letter, bearer responsibilities, Bearer certificates; bearer token",
		"names":          "api_key: none, access_token = example, the secret key is under the mat, token: abc",
		"letters":        "AKIA, eyJ, sk-learn, sk-learn-contrib-something-long, AKIAabcdefghijklmnop, ghp_short1, SG-13",
		"code":           "for (i = 0; i < 100000000; i++) x[12345678] += 0x4111111111111111;",
		"ARN":            "arn:aws:lambda:us-east-1:123456789012:function:flowops-dev-chat:12",
		"URL":            "https://example.com/orders/212-555-1234/items?page=2&size=50#a",
		"measures":       "1920x1080, 10-20, 3/4, 100km, 5'11\", 20°C, 50%, 4.5/5, 1e10",
		"years":          "(2024) 123456, 2023/24, 1999-2024, (1999) 2024",
		"tracking":       "1Z999AA10123456784, 9400 1000 0000 0000 0000 00",
	} {
		t.Run(name, func(t *testing.T) {
			if got := String(text); got != text {
				t.Errorf("%q\n got %q", text, got)
			}
		})
	}
}
