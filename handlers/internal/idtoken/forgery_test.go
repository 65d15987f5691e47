package idtoken

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// hs256 signs with a shared secret.
func hs256(secret []byte, header, claims any) string {
	input := encode(header) + "." + encode(claims)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func by(t *testing.T, alg jose.SignatureAlgorithm, key any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "one"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(goodClaims())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(raw)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// What is public of the pool, in every form that somebody might take for an
// HMAC key.
func publicForms(t *testing.T) map[string][]byte {
	public := &keyOne().PublicKey
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(jose.JSONWebKey{Key: public, KeyID: "one", Algorithm: "RS256", Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"SPKI": spki, "PKCS 1": x509.MarshalPKCS1PublicKey(public), "JWK": jwk, "modulus": public.N.Bytes(), "nothing": {},
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
	}
}

func TestRefusesForgeries(t *testing.T) {
	good := sign(keyOne(), goodHeader(), goodClaims())
	parts := strings.Split(good, ".")
	other := jose.JSONWebKey{Key: keyOther().Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}
	last := len(parts[2])/2 + 1
	flipped := parts[2][:last] + map[bool]string{true: "A", false: "B"}[parts[2][last] != 'A'] + parts[2][last+1:]
	tests := map[string]struct {
		token string
		want  Refusal
	}{
		"no algorithm, no signature":    {encode(object{"alg": "none", "kid": "one"}) + "." + encode(goodClaims()) + ".", BadAlgorithm},
		"no algorithm, old signature":   {encode(object{"alg": "none", "kid": "one"}) + "." + parts[1] + "." + parts[2], BadAlgorithm},
		"none in capitals":              {encode(object{"alg": "NONE", "kid": "one"}) + "." + parts[1] + "." + parts[2], BadAlgorithm},
		"algorithm missing":             {sign(keyOne(), object{"kid": "one"}, goodClaims()), BadAlgorithm},
		"RS384 by the right key":        {by(t, jose.RS384, keyOne()), BadAlgorithm},
		"PS256 by the right key":        {by(t, jose.PS256, keyOne()), BadAlgorithm},
		"no key id":                     {sign(keyOne(), object{"alg": "RS256"}, goodClaims()), UnknownKey},
		"an unknown key id":             {sign(keyOne(), with(goodHeader(), "kid", "three"), goodClaims()), UnknownKey},
		"a long key id":                 {sign(keyOne(), with(goodHeader(), "kid", repeat("k", 257)), goodClaims()), UnknownKey},
		"another key under a known id":  {sign(keyOther(), goodHeader(), goodClaims()), BadSignature},
		"a key that the token brings":   {sign(keyOther(), with(goodHeader(), "jwk", other), goodClaims()), BadSignature},
		"keys where the token says":     {sign(keyOther(), with(goodHeader(), "jku", "https://keys.example/jwks.json"), goodClaims()), BadSignature},
		"other claims":                  {parts[0] + "." + encode(with(goodClaims(), "custom:tenant_id", "other")) + "." + parts[2], BadSignature},
		"a flipped signature":           {parts[0] + "." + parts[1] + "." + flipped, BadSignature},
		"a short signature":             {parts[0] + "." + parts[1] + "." + parts[2][:100], BadSignature},
		"an unknown critical extension": {sign(keyOne(), with(goodHeader(), "crit", []any{"x"}), goodClaims()), Malformed},
		"a header member twice":         {sign(keyOne(), `{"alg":"none","alg":"RS256","kid":"one"}`, goodClaims()), Malformed},
		"a header that is no JSON":      {sign(keyOne(), `{`, goodClaims()), Malformed},
		"JSON serialization":            {`{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`, Malformed},
		"two parts":                     {parts[0] + "." + parts[1], Malformed},
		"four parts":                    {good + ".x", Malformed},
		"five parts, as encrypted":      {good + ".x.y", Malformed},
		"nothing":                       {"", Malformed},
		"dots":                          {"..", BadAlgorithm},
		"no base64":                     {"%.%.%", Malformed},
		"text":                          {"let me in", Malformed},
		"a huge token":                  {sign(keyOne(), goodHeader(), with(goodClaims(), "x", repeat("x", MaxLength))), Malformed},
	}
	for form, secret := range publicForms(t) {
		tests["HS256 with the public key as "+form] = struct {
			token string
			want  Refusal
		}{hs256(secret, object{"alg": "HS256", "kid": "one"}, goodClaims()), BadAlgorithm}
	}
	p := newPool(t, map[string]*rsa.PrivateKey{"one": keyOne()})
	v := p.verifier(handlertest.NewClock(testNow, 0))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { refuses(t, v, tt.token, tt.want) })
	}
	if _, err := v.Verify(t.Context(), good); err != nil {
		t.Errorf("the good token: %v", err)
	}
	if n := p.count(); n != 1 {
		t.Errorf("forgeries caused %d fetches", n)
	}
}

// FuzzVerify looks for a token, other than the good one, that is not refused.
func FuzzVerify(f *testing.F) {
	good := sign(keyOne(), goodHeader(), goodClaims())
	for _, seed := range []string{"", "..", good, good + "=", strings.Replace(good, ".", "..", 1), encode(`{"alg":"none"}`) + ".e30."} {
		f.Add(seed)
	}
	v := newPool(f, map[string]*rsa.PrivateKey{"one": keyOne()}).verifier(handlertest.NewClock(testNow, 0))
	f.Fuzz(func(t *testing.T, token string) {
		who, err := v.Verify(t.Context(), token)
		if err != nil {
			return
		}
		// Base64 without padding has spare bits: another spelling of the signature
		// is the same signature. What was signed is the same text.
		if i := strings.LastIndexByte(good, '.'); !strings.HasPrefix(token, good[:i+1]) {
			t.Errorf("verified %q as %+v", token, who)
		}
	})
}
