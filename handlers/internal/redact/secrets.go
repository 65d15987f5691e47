package redact

import "strings"

// credentials are what issuers let their credentials begin with, and how many
// letters, digits, "_" and "-" follow at least.
var credentials = []struct {
	prefix string
	least  int
	kind   Kind
}{
	{"AIza", 35, Key},
	{"github_pat_", 22, Token}, {"ghp_", 36, Token}, {"gho_", 36, Token}, {"ghu_", 36, Token}, {"ghs_", 36, Token}, {"ghr_", 36, Token},
	{"glpat-", 20, Token}, {"npm_", 36, Token}, {"pypi-", 50, Token}, {"hf_", 30, Token},
	{"sk-", 20, Key}, {"sk_live_", 16, Key}, {"sk_test_", 16, Key}, {"rk_live_", 16, Key}, {"rk_test_", 16, Key}, {"whsec_", 24, Key},
	{"xoxa-", 10, Token}, {"xoxb-", 10, Token}, {"xoxe-", 10, Token}, {"xoxo-", 10, Token}, {"xoxp-", 10, Token}, {"xoxr-", 10, Token}, {"xoxs-", 10, Token}, {"xapp-", 10, Token},
}

// credentialStarts are the indexes of the above, by first letter.
var credentialStarts = func() (table [256][]int) {
	for i, c := range credentials {
		table[c.prefix[0]] = append(table[c.prefix[0]], i)
	}
	return table
}()

// names are names of settings and headers whose values are secret, in small
// letters without "_" and "-".
var names = map[string]Kind{
	"accesstoken": Token, "authtoken": Token, "idtoken": Token, "refreshtoken": Token, "sessiontoken": Token, "awssessiontoken": Token, "bearertoken": Token,
	"apikey": Key, "xapikey": Key, "accesskey": Key, "secretkey": Key, "clientsecret": Key, "secretaccesskey": Key, "awssecretaccesskey": Key, "awssecretkey": Key,
}

const (
	maxName   = 24 // the longest of the names, with their hyphens
	minSecret = 16 // the shortest value of a name, in bytes
	minBearer = 12 // the shortest bearer token
)

// secret finds a credential that is, or is named by, the word s[i:end].
func (c *scanner) secret(i, end int) (from, to int, kind Kind) {
	if end-i == 20 && awsKeyID(c.s[i:end]) {
		return i, end, Key
	}
	// A word behind a hyphen was looked at from the word before it, which keeps
	// the time linear.
	first := c.before(i, 1) != '-'
	if c.s[i] == 'e' && first {
		if to, ok := c.jwt(i); ok {
			return i, to, Token
		}
	}
	if end-i == len("bearer") && strings.EqualFold(c.s[i:end], "bearer") {
		return c.bearer(end)
	}
	if first {
		for _, n := range credentialStarts[c.s[i]] {
			known := &credentials[n]
			if c.s[i+1] != known.prefix[1] || !strings.HasPrefix(c.s[i:], known.prefix) {
				continue
			}
			to := c.run(i+len(known.prefix), "_-")
			if value := c.s[i+len(known.prefix) : to]; len(value) >= known.least && hasDigit(value) {
				return i, to, known.kind
			}
		}
	}
	switch next := c.at(end); {
	case next == '=' || next == ':' || next == '"' || next == '\'', next == ' ' && (c.at(end+1) == '=' || c.at(end+1) == ':'):
		return c.named(i, end)
	}
	return 0, 0, ""
}

// awsKeyID reports whether word is the id of an access key: its first four
// letters tell (IAM User Guide, "Understanding unique ID prefixes").
func awsKeyID(word string) bool {
	switch word[:4] {
	case "AKIA", "ASIA", "ABIA", "ACCA":
	default:
		return false
	}
	for i := range len(word) {
		if b := word[i]; b == '_' || b >= 'a' {
			return false
		}
	}
	return true
}

// jwt finds a compact JWS or JWE: its header begins with `{"` in base64url.
func (c *scanner) jwt(i int) (int, bool) {
	if !strings.HasPrefix(c.s[i:], "eyJ") {
		return 0, false
	}
	end, parts := c.run(i, "_-"), 1
	if end-i < 10 {
		return 0, false
	}
	for parts < 5 && c.at(end) == '.' && (isWord(c.at(end+1)) || c.at(end+1) == '-' || c.at(end+1) == '.') {
		end, parts = c.run(end+1, "_-"), parts+1
	}
	return end, parts >= 2
}

// bearer finds the token behind the word "Bearer" (RFC 6750). Words follow it
// too: a token has a digit.
func (c *scanner) bearer(end int) (from, to int, kind Kind) {
	from = end
	for from < len(c.s) && from-end < 3 && (c.s[from] == ' ' || c.s[from] == ':') {
		from++
	}
	to = c.token68(from)
	if from == end || to-from < minBearer || !hasDigit(c.s[from:to]) {
		return 0, 0, ""
	}
	return from, to, Token
}

// named finds the value that the name s[i:end] is given.
func (c *scanner) named(i, end int) (from, to int, kind Kind) {
	sign := false
	from = end
	for from < len(c.s) && from-end < 6 && strings.IndexByte(` "'=:`, c.s[from]) >= 0 {
		sign = sign || c.s[from] == '=' || c.s[from] == ':'
		from++
	}
	if !sign {
		return 0, 0, ""
	}
	for i > c.last && end-i <= maxName && (isWord(c.s[i-1]) || c.s[i-1] == '-') {
		i--
	}
	if end-i > maxName {
		return 0, 0, ""
	}
	name := strings.ToLower(separators.Replace(c.s[i:end]))
	if kind = names[name]; kind == "" {
		return 0, 0, ""
	}
	to = c.token68(from)
	if to-from < minSecret || !hasDigit(c.s[from:to]) {
		return 0, 0, ""
	}
	return from, to, kind
}

// separators stand in names, by taste.
var separators = strings.NewReplacer("_", "", "-", "")

// run is the end of the run of letters, digits and more that begins at i.
func (c *scanner) run(i int, more string) int {
	for i < len(c.s) && (isAlnum(c.s[i]) || strings.IndexByte(more, c.s[i]) >= 0) {
		i++
	}
	return i
}

// token68 is the end of what RFC 9110, section 11.2, lets a token be, less the
// end of a sentence.
func (c *scanner) token68(i int) int {
	end := c.run(i, "-._~+/")
	for n := 0; n < 2 && end > i && c.at(end) == '='; n++ {
		end++
	}
	for end > i && c.s[end-1] == '.' {
		end--
	}
	return end
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if isDigit(s[i]) {
			return true
		}
	}
	return false
}
