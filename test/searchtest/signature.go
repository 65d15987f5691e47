package searchtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// key is a principal's access key.
type key struct {
	by          Principal
	credentials aws.Credentials
}

// Credentials are valid credentials of a principal.
func (s *Server) Credentials(by Principal) aws.CredentialsProvider {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha256.Sum256([]byte(by.RoleARN + " " + by.Tenant))
	id := "ASIA" + strings.ToUpper(hex.EncodeToString(sum[:8]))
	provider := credentials.NewStaticCredentialsProvider(id, "secret-"+id, "token-"+id)
	s.keys[id] = key{by, provider.Value}
	return provider
}

// Know lets in who has these credentials, which somebody else gave out.
func (s *Server) Know(by Principal, c aws.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[c.AccessKeyID] = key{by, c}
}

// verify signs the request anew with the secret of the access key that it
// names, and compares. What was not signed with the domain's region and
// service, over this host, path, query and body, with the session's token, now,
// is not valid.
func (s *Server) verify(r *http.Request, body []byte) (Principal, bool) {
	authorization := r.Header.Get("Authorization")
	_, after, _ := strings.Cut(authorization, "Credential=")
	id, _, _ := strings.Cut(after, "/")
	key, known := s.keys[id]
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if !known || err != nil || time.Since(at).Abs() > 5*time.Minute || r.Header.Get("X-Amz-Security-Token") != key.credentials.SessionToken {
		return Principal{}, false
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	_, signed, _ := strings.Cut(authorization, "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	names := strings.Split(signed, ";")
	var length io.Reader // the signer signs the length of a body that it is given
	if slices.Contains(names, "content-length") {
		length = bytes.NewReader(body)
	}
	again, err := http.NewRequestWithContext(context.Background(), r.Method, "https://"+r.Host+r.URL.RequestURI(), length)
	if err != nil || r.Header.Get("X-Amz-Content-Sha256") != hash {
		return Principal{}, false
	}
	for _, name := range names {
		if value := r.Header.Get(name); value != "" && name != "content-length" {
			again.Header.Set(name, value)
		}
	}
	if err := v4.NewSigner().SignHTTP(context.Background(), key.credentials, again, hash, "es", Region, at); err != nil {
		return Principal{}, false
	}
	return key.by, again.Header.Get("Authorization") == authorization
}

func certificatePEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}
