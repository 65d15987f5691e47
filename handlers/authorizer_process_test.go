package handlers_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

const cognitoHost = "cognito-idp.us-east-1.amazonaws.com"

// cognito stands for Cognito in its region: it answers for the keys of one user
// pool under the name and with a certificate of its own, which a function
// reaches and trusts by the environment variables that Go knows. The function
// is the one that is deployed.
func cognito(t *testing.T, keys jose.JSONWebKeySet) map[string]string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != cognitoHost || r.URL.Path != "/"+handlertest.UserPoolID+"/.well-known/jwks.json" {
			http.NotFound(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(keys)
	}))
	certificate, trusted := certify(t, cognitoHost)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != cognitoHost+":443" {
			http.Error(w, "no way to "+r.Host, http.StatusForbidden)
			return
		}
		tunnel(t, w, server.Listener.Addr().String())
	}))
	t.Cleanup(proxy.Close)
	return map[string]string{"HTTPS_PROXY": proxy.URL, "SSL_CERT_FILE": trusted}
}

func tunnel(t *testing.T, w http.ResponseWriter, address string) {
	there, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(there, buffered); _ = there.Close() }()
	go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
}

// certify makes a certificate for host, and a file to trust it by.
func certify(t *testing.T, host string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "trusted.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// idToken is a token as Cognito issues it, an hour valid.
func idToken(t *testing.T, key *rsa.PrivateKey, client string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	token, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": "https://" + cognitoHost + "/" + handlertest.UserPoolID, "aud": client, "sub": "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b",
		"token_use": "id", contract.TenantClaim: "acme", contract.GroupsClaim: []string{"agent"}, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestAuthorizerProcess starts the authorizer as Lambda does.
func TestAuthorizerProcess(t *testing.T) {
	binary := compile(t, contract.WebSocketAuthorizer)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	reach := cognito(t, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	client := handlertest.Environment(contract.WebSocketAuthorizer)[contract.EnvUserPoolClientID]
	good := idToken(t, key, client)
	tests := []struct {
		name, token string
		reach       map[string]string
		want        string // effect of the policy; none for an error
	}{
		{"a good token", good, reach, "Allow"},
		{"a token of another client", idToken(t, key, client+"x"), reach, "Deny"},
		{"a forged token", good[:strings.LastIndexByte(good, '.')+1] + "c2lnbmF0dXJl", reach, "Deny"},
		{"no way to the keys", good, map[string]string{"HTTPS_PROXY": "http://127.0.0.1:1"}, ""},
		{"keys of somebody else", good, map[string]string{"HTTPS_PROXY": reach["HTTPS_PROXY"]}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := handlertest.Environment(contract.WebSocketAuthorizer)
			for name, value := range tt.reach {
				env[name] = value
			}
			event, err := os.ReadFile(filepath.Join("websocketauthorizer", "testdata", "websocket-authorizer.json"))
			if err != nil {
				t.Fatal(err)
			}
			const offered = "eyJraWQiOiJleGFtcGxlIn0.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl"
			got := invoke(t, binary, env, []byte(strings.ReplaceAll(string(event), offered, tt.token)))
			if (got.outcome == "error") != (tt.want == "") {
				t.Fatalf("%s: %s", got.outcome, got.body)
			}
			if tt.want == "" {
				return
			}
			var answer struct {
				PolicyDocument struct {
					Statement []struct {
						Effect   string
						Resource []string
					}
				}
				Context map[string]string
			}
			if err := json.Unmarshal(got.body, &answer); err != nil {
				t.Fatalf("%v: %s", err, got.body)
			}
			statement := answer.PolicyDocument.Statement[0]
			if d := cmp.Diff([]string{"arn:aws:execute-api:us-east-1:123456789012:z9y8x7w6v5/dev/$connect"}, statement.Resource); d != "" || statement.Effect != tt.want {
				t.Errorf("%s, resource (-want +got):\n%s", statement.Effect, d)
			}
			if (answer.Context[contract.AuthorizerTenant] == "acme") != (tt.want == "Allow") {
				t.Errorf("context is %v", answer.Context)
			}
		})
	}
}
