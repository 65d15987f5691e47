package idtoken

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// fetchTimeout leaves the function, which has 5 s, time to answer.
	fetchTimeout = 2 * time.Second
	// maxSet is the longest key set that is read, in bytes. Cognito's have two
	// keys and about a thousand.
	maxSet = 64 << 10
	// minKeyBits is the shortest RSA key that is trusted (NIST SP 800-131A).
	minKeyBits = 2048
)

// Fetch returns a function that fetches the key set at url: its RSA keys for
// RS256 signatures, by key id.
func Fetch(client *http.Client, url string) func(context.Context) (map[string]any, error) {
	// A redirect would be somebody else's keys.
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(ctx context.Context) (map[string]any, error) {
		ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, fmt.Errorf("fetch keys: %w", err)
		}
		response, err := direct.Do(request)
		if err != nil {
			return nil, fmt.Errorf("fetch keys: %w", err)
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("fetch keys: status is %d", response.StatusCode)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxSet+1))
		if err != nil {
			return nil, fmt.Errorf("read keys: %w", err)
		}
		if len(body) > maxSet {
			return nil, fmt.Errorf("read keys: the set has more than %d bytes", maxSet)
		}
		return parseSet(body)
	}
}

// parseSet keeps the keys that may verify; a set without one is an error, and
// so is a key id that stands twice.
func parseSet(body []byte) (map[string]any, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("parse keys: %w", err)
	}
	keys := map[string]any{}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); err != nil || !usable(key) {
			continue // of another kind: a set may hold keys that are not for us
		}
		if _, twice := keys[key.KeyID]; twice {
			return nil, errors.New("parse keys: a key id stands twice")
		}
		keys[key.KeyID] = key.Key
	}
	if len(keys) == 0 {
		return nil, errors.New("parse keys: the set has no RSA key for RS256")
	}
	return keys, nil
}

func usable(key jose.JSONWebKey) bool {
	public, ok := key.Key.(*rsa.PublicKey)
	return ok && key.KeyID != "" && len(key.KeyID) <= maxID &&
		(key.Use == "" || key.Use == "sig") && (key.Algorithm == "" || key.Algorithm == string(jose.RS256)) &&
		public.N.BitLen() >= minKeyBits && key.Valid()
}
