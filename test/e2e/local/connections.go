package local

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Connections stand in for the clients of a WebSocket API: they keep what is
// sent to them (API Gateway's @connections API).
type Connections struct {
	mu   sync.Mutex
	sent map[string][]string
	gone map[string]bool
}

// NewConnections are connections that are all open.
func NewConnections() *Connections {
	return &Connections{sent: map[string][]string{}, gone: map[string]bool{}}
}

// Sent are the messages to a connection so far.
func (c *Connections) Sent(id string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.sent[id]...)
}

// Close closes a connection, as a client does.
func (c *Connections) Close(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[id] = true
}

// Gone reports whether a connection is closed.
func (c *Connections) Gone(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone[id]
}

func (c *Connections) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, escaped, ok := strings.Cut(r.URL.EscapedPath(), "/@connections/")
	id, err := url.PathUnescape(escaped)
	if !ok || err != nil {
		fail(w, &Fault{Status: http.StatusNotFound, Code: "NotFoundException"})
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.gone[id]:
		fail(w, &Fault{Status: http.StatusGone, Code: "GoneException"})
	case r.Method == http.MethodPost:
		c.sent[id] = append(c.sent[id], string(body))
	case r.Method == http.MethodDelete:
		c.gone[id] = true
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"connectedAt":"2026-01-02T03:04:05Z","identity":{"sourceIp":"192.0.2.1","userAgent":"test"},"lastActiveAt":"2026-01-02T03:04:05Z"}`)
	}
}
