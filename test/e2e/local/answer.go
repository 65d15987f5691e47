package local

import (
	"bytes"
	"net"
	"net/http"
	"sync"
)

// bufferedAnswer keeps an answer until it is complete.
type bufferedAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *bufferedAnswer) Header() http.Header { return a.header }

func (a *bufferedAnswer) WriteHeader(status int) { a.status = status }

func (a *bufferedAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

// oneConnection is a listener of one connection, which ends with it.
type oneConnection struct {
	connection net.Conn
	done       chan struct{}
	once       sync.Once
	mu         sync.Mutex
	accepted   bool
}

func (o *oneConnection) Accept() (net.Conn, error) {
	o.mu.Lock()
	first := !o.accepted
	o.accepted = true
	o.mu.Unlock()
	if first {
		return o.connection, nil
	}
	<-o.done
	return nil, net.ErrClosed
}

func (o *oneConnection) Close() error { return nil }

func (o *oneConnection) Addr() net.Addr { return o.connection.LocalAddr() }
