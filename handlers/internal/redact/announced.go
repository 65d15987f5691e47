package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// announcements are words that a telephone number follows, in small letters.
var announcements = map[string]bool{
	"tel": true, "phone": true, "telephone": true, "cell": true, "mobile": true, "mob": true, "fax": true, "call": true, "whatsapp": true, "sms": true,
	"telefon": true, "handy": true, "mobil": true, "rufnummer": true, "telefonnummer": true, "telefax": true, "rückruf": true,
	"téléphone": true, "portable": true, "tél": true, "appelez": true,
	"teléfono": true, "telefono": true, "móvil": true, "celular": true, "llame": true, "llamar": true,
	"telefone": true, "telemóvel": true, "cellulare": true, "telefoon": true, "mobiel": true, "puhelin": true, "komórka": true, "telefonu": true,
	"тел": true, "телефон": true, "моб": true, "факс": true, "τηλ": true, "τηλέφωνο": true, "κινητό": true,
	"هاتف": true, "جوال": true, "الهاتف": true, "טלפון": true, "נייד": true, "फ़ोन": true, "फोन": true, "मोबाइल": true, "โทร": true, "โทรศัพท์": true,
}

// denseAnnouncements end a run of letters in scripts without spaces.
var denseAnnouncements = []string{"电话", "電話", "電話番号", "手机", "手機", "手机号", "号码", "携帯", "携帯電話", "传真", "ファックス", "전화", "전화번호", "휴대폰", "연락처", "โทร", "เบอร์โทร"}

// fillers stand between an announcement and its number.
var fillers = map[string]bool{
	"number": true, "no": true, "nr": true, "num": true, "is": true, "me": true, "at": true, "on": true, "us": true, "nummer": true, "ist": true,
	"numéro": true, "número": true, "es": true, "est": true, "é": true, "номер": true,
}

// announced reports whether the words before i say that a telephone number
// follows.
func (c *scanner) announced(i int) bool {
	for range 3 {
		start, end := c.lettersBefore(i)
		if start == end {
			return false
		}
		word := c.s[start:end]
		if word[len(word)-1] >= utf8.RuneSelf {
			for _, a := range denseAnnouncements {
				if strings.HasSuffix(word, a) {
					return true
				}
			}
		}
		word = strings.ToLower(word)
		if announcements[word] {
			return true
		}
		if !fillers[word] {
			return false
		}
		i = start
	}
	return false
}

// lettersBefore is the run of letters and marks before i, with at most three
// spaces or signs between. It looks back maxContext bytes.
func (c *scanner) lettersBefore(i int) (start, end int) {
	least := max(c.last, i-maxContext)
	end = i
	for n := 0; ; n++ {
		r, size := utf8.DecodeLastRuneInString(c.s[least:end])
		if size == 0 || r == utf8.RuneError || n == 4 || unicode.IsDigit(r) || r == '\n' {
			return i, i
		}
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			break
		}
		end -= size
	}
	for start = end; ; {
		r, size := utf8.DecodeLastRuneInString(c.s[least:start])
		if size == 0 || r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return start, end
		}
		start -= size
	}
}
