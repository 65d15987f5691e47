package redact

import (
	"strings"
	"testing"
	"time"
)

// Text that is made to be slow takes a time that grows with its length,
// and no faster.
func TestLinear(t *testing.T) {
	for _, unit := range []string{
		"@", "a@", "a@b.", "a@1.", "1", "1 ", "1.", "1-", "+", "+1", "(1)", "((((", ":", "::", "a:", "1:", "1::", "eyJ-", "eyJa-", "eyJa.", "--eyJa", "sk-", "--sk-", "xoxb-a-", "apikey=", "api-key-",
		"bearer ", "bearer:", "DE12 ", "DE89370400440532013", "-", ".", "４", "＋", "＠", "用@", "0-", "4111 ", "tel ", "ghp_a", "deadbeef-", "\xff", "٣", " .-", "token: ",
	} {
		text := strings.Repeat(unit, (128<<10)/len(unit))
		var took time.Duration
		for range 2 { // the second time only where the machine may have been busy
			start := time.Now()
			String(text)
			if took = time.Since(start); took < linearLimit {
				break
			}
		}
		if took >= linearLimit {
			t.Fatalf("%q: 128 KB take %v", unit, took)
		}
	}
}

// linearLimit is a hundred times what 128 KB take, and a fraction of what
// they would take in quadratic time: billions of steps.
const linearLimit = time.Second
