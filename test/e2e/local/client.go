package local

import (
	"bytes"
	"io"
	"net/http"
)

// Client is an HTTP client for MiniStack. The SDK closes a request's body as soon
// as the answer begins, and on one machine an answer may begin before Go has seen
// that the body is at its end: it then breaks the connection off, and the SDK
// sends the request again, which makes twice what it was to make once. So the
// body is read before it is sent.
func Client() *http.Client {
	// MiniStack ends idle connections without a word.
	return &http.Client{Transport: whole{&http.Transport{DisableKeepAlives: true}}}
}

type whole struct{ next http.RoundTripper }

func (t whole) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	return t.next.RoundTrip(r)
}
