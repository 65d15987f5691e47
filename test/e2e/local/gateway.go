package local

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Gateway is what functions take for AWS: an endpoint for the APIs that
// MiniStack answers, and a proxy for the hosts that functions call by name. It
// records calls, makes them fail where a test says so, and hands them on.
type Gateway struct {
	server    *http.Server
	listener  net.Listener
	direct    net.Listener // TLS
	authority *authority
	ministack *httputil.ReverseProxy
	standIns  map[string]http.Handler // by the service that a call is signed for, or by service and operation
	hosts     map[string]http.Handler // by a suffix of the host's name
	recorder  *Recorder

	mu    sync.Mutex
	fault func(Call) *Fault
}

// patience is how long an answer waits, so that it does not begin before the
// function has seen that its request is sent (see Client).
const patience = time.Millisecond

// Fault is how a call fails.
type Fault struct {
	Status int    // of the answer
	Code   string // of the error, as AWS names it
	After  bool   // the call is carried out, and its answer lost
}

// NewGateway listens on a port of this machine. certificate is where it writes
// the certificate that functions trust.
func NewGateway(certificate, region, account string, standIns, hosts map[string]http.Handler) (*Gateway, error) {
	authority, err := newAuthority(certificate)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &Gateway{listener: listener, authority: authority, standIns: standIns, hosts: hosts, recorder: newRecorder(region, account)}
	g.server = &http.Server{Handler: http.HandlerFunc(g.front), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = g.server.Serve(listener) }()
	// Processes that know no proxy come here, and say whom they mean.
	g.direct, err = tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		return authority.forHost(h.ServerName)
	}})
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	go func() {
		_ = (&http.Server{Handler: http.HandlerFunc(g.serve), ReadHeaderTimeout: time.Minute, ErrorLog: g.server.ErrorLog}).Serve(g.direct)
	}()
	return g, nil
}

// URL is the endpoint, and the proxy.
func (g *Gateway) URL() string { return "http://" + g.listener.Addr().String() }

// Recorder keeps the calls.
func (g *Gateway) Recorder() *Recorder { return g.recorder }

// To hands calls on to MiniStack at address.
func (g *Gateway) To(address string) {
	target := &url.URL{Scheme: "http", Host: address}
	g.ministack = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		// MiniStack ends idle connections: on a new one a call is made once.
		Transport: &http.Transport{DisableKeepAlives: true},
		ErrorLog:  log.New(io.Discard, "", 0),
	}
}

// SetFault makes calls fail for which fault returns how; nil for none.
func (g *Gateway) SetFault(fault func(Call) *Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault = fault
}

// TLSPort is the port where it answers in the name of any host.
func (g *Gateway) TLSPort() string {
	_, port, _ := net.SplitHostPort(g.direct.Addr().String())
	return port
}

// Close ends it.
func (g *Gateway) Close() {
	_ = g.server.Close()
	_ = g.direct.Close()
}

func (g *Gateway) front(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		g.tunnel(w, r)
		return
	}
	g.serve(w, r)
}

// tunnel answers in the name of the host that a function wants to reach.
func (g *Gateway) tunnel(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	certificate, err := g.authority.forHost(host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	raw, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = raw.Close() }()
	if _, err := io.WriteString(raw, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	secure := tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12})
	one := &oneConnection{connection: secure, done: make(chan struct{})}
	server := &http.Server{
		Handler: http.HandlerFunc(g.serve), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				one.once.Do(func() { close(one.done) })
			}
		},
	}
	_ = server.Serve(one)
}

// serve records a call and answers it.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	call := g.recorder.describe(r, body)
	g.mu.Lock()
	fault := g.fault
	g.mu.Unlock()
	var how *Fault
	if fault != nil {
		how = fault(call)
	}
	if why := refused(call); why != "" {
		g.recorder.refuse(call, why)
		how = &Fault{Status: http.StatusBadRequest, Code: "AccessDeniedException"}
	}
	if how != nil && !how.After {
		g.recorder.keep(call)
		fail(w, how)
		return
	}
	answer := &bufferedAnswer{header: http.Header{}, status: http.StatusOK}
	if how == nil && streams(call) {
		g.recorder.keep(call)
		g.handler(r, call).ServeHTTP(w, r)
		return
	}
	g.handler(r, call).ServeHTTP(answer, r)
	call.Status = answer.status
	g.recorder.learn(call, answer.body.Bytes())
	g.recorder.keep(call)
	if how != nil {
		fail(w, how)
		return
	}
	time.Sleep(patience)
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body.Bytes())
}

// streams reports whether the answer comes in pieces.
func streams(c Call) bool {
	return c.Operation == "InvokeAgentRuntime" || c.Operation == "ConverseStream"
}

func (g *Gateway) handler(r *http.Request, call Call) http.Handler {
	for suffix, h := range g.hosts {
		if strings.HasSuffix(r.Host, suffix) {
			return h
		}
	}
	for _, name := range []string{call.Service + " " + call.Operation, call.Service} {
		if h, ok := g.standIns[name]; ok {
			return h
		}
	}
	return g.ministack
}

func fail(w http.ResponseWriter, f *Fault) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-Errortype", f.Code)
	w.WriteHeader(f.Status)
	_, _ = fmt.Fprintf(w, `{"__type":%q,"message":"made to fail"}`, f.Code)
}
