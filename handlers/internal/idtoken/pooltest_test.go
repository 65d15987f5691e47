package idtoken

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

const (
	testIssuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example00"
	testClient = "1example23456789"
	testPerson = "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b"
)

// testNow is the time of the tests.
var testNow = time.Date(2024, 1, 20, 11, 55, 8, 0, time.UTC)

// Keys take time to make: all tests share three.
var (
	keyOne   = sync.OnceValue(newKey)
	keyTwo   = sync.OnceValue(newKey)
	keyOther = sync.OnceValue(newKey) // in no pool
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// pool is a user pool's key endpoint.
type pool struct {
	*httptest.Server
	mu      sync.Mutex
	keys    map[string]*rsa.PrivateKey
	down    bool
	fetches int
}

func newPool(t testing.TB, keys map[string]*rsa.PrivateKey) *pool {
	p := &pool{keys: keys}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fetches++
		if p.down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		var set jose.JSONWebKeySet
		for _, id := range slices.Sorted(maps.Keys(p.keys)) {
			set.Keys = append(set.Keys, jose.JSONWebKey{Key: p.keys[id].Public(), KeyID: id, Algorithm: "RS256", Use: "sig"})
		}
		_ = json.NewEncoder(w).Encode(set)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *pool) change(f func(*pool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

func (p *pool) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetches
}

func quiet() *slog.Logger { return slog.New(slog.NewJSONHandler(io.Discard, nil)) }

func (p *pool) verifier(c *handlertest.Clock) Verifier {
	return Verifier{
		Issuer: testIssuer, ClientID: testClient, Allowed: []contract.Role{contract.RoleAdmin, contract.RoleAgent},
		Keys: NewKeys(Fetch(p.Client(), p.URL), c.Now, quiet()), Now: c.Now,
	}
}

type object = map[string]any

func goodHeader() object { return object{"kid": "one", "alg": "RS256"} }

// goodClaims are those of an ID token of Cognito, an hour valid.
func goodClaims() object {
	return object{
		"sub": testPerson, "cognito:groups": []any{"agent"}, "email_verified": true, "iss": testIssuer,
		"cognito:username": testPerson, "custom:tenant_id": "acme", "aud": testClient, "token_use": "id",
		"auth_time": testNow.Unix(), "iat": testNow.Unix(), "exp": testNow.Add(time.Hour).Unix(),
		"origin_jti": "a", "jti": "b", "event_id": "c", "email": "jane@example.com",
	}
}

func encode(v any) string {
	text, ok := v.(string)
	if !ok {
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		text = string(raw)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// sign makes a compact JWS by hand, so that a test can break any part of it.
// header and claims are objects, or JSON text.
func sign(key *rsa.PrivateKey, header, claims any) string {
	input := encode(header) + "." + encode(claims)
	hash := crypto.SHA256.New()
	hash.Write([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash.Sum(nil))
	if err != nil {
		panic(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func with(o object, name string, value any) object {
	o = maps.Clone(o)
	o[name] = value
	return o
}

func without(o object, name string) object {
	o = maps.Clone(o)
	delete(o, name)
	return o
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }
