package idtoken

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
)

func set(t *testing.T, keys ...any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestParseSet(t *testing.T) {
	jwk := func(key any, id, alg, use string) jose.JSONWebKey {
		return jose.JSONWebKey{Key: key, KeyID: id, Algorithm: alg, Use: use}
	}
	one := jwk(keyOne().Public(), "one", "RS256", "sig")
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	secret := object{"kty": "oct", "kid": "x", "k": "c2VjcmV0", "alg": "HS256"}
	tests := []struct {
		name, body string
		want       []string // key ids; none means an error
	}{
		{"one", set(t, one), []string{"one"}},
		{"without use and algorithm", set(t, jwk(keyOne().Public(), "one", "", "")), []string{"one"}},
		{"others are left out", set(t, one, secret, object{"kty": "new"}, 7,
			jwk(curve.Public(), "c", "ES256", "sig"), jwk(keyTwo().Public(), "e", "RSA-OAEP", "enc"), jwk(keyTwo().Public(), "n", "", "enc"), jwk(keyTwo().Public(), "s", "RS512", "sig"),
			jwk(keyTwo().Public(), "", "RS256", "sig"), jwk(short.Public(), "short", "RS256", "sig"), jwk(keyTwo(), "private", "RS256", "sig")), []string{"one"}},
		{"a key id twice", set(t, one, jwk(keyOther().Public(), "one", "RS256", "sig")), nil},
		{"only a secret", set(t, secret), nil},
		{"empty", `{"keys":[]}`, nil},
		{"no keys", `{}`, nil},
		{"no JSON", `<html>`, nil},
		{"nothing", ``, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseSet([]byte(tt.body))
			if (err == nil) != (tt.want != nil) {
				t.Errorf("error is %v", err)
			}
			if d := cmp.Diff(tt.want, slices.Sorted(maps.Keys(got))); d != "" {
				t.Errorf("keys (-want +got):\n%s", d)
			}
		})
	}
}

func TestFetchRefuses(t *testing.T) {
	good := set(t, jose.JSONWebKey{Key: keyOne().Public(), KeyID: "one"})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(good)) }))
	defer elsewhere.Close()
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"an error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, good, http.StatusInternalServerError) }, "status is 500"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, "status is 302"},
		{"too much", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(strings.TrimSuffix(good, "}") + strings.Repeat(" ", maxSet) + "}"))
		}, "more than 65536 bytes"},
		{"half an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000")
			_, _ = w.Write([]byte(good))
		}, "read keys"},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "deadline"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			keys, err := Fetch(server.Client(), server.URL)(ctx)
			if err == nil || keys != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v", keys, err)
			}
		})
	}
	keys, err := Fetch(elsewhere.Client(), elsewhere.URL)(t.Context())
	if err != nil || len(keys) != 1 {
		t.Errorf("the good one: %v, %v", keys, err)
	}
}
