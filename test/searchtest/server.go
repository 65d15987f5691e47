// Package searchtest is a search domain for tests: an HTTPS server that answers
// as OpenSearch 2.19 documents for the requests that the functions send, to who
// may send them. It checks each signature, as IAM does, and the mapping of
// roles, as the security plugin does. What is indexed is found after a refresh.
package searchtest

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
)

// Region is that of the domain.
const Region = "eu-central-1"

// Master is the principal that may do everything.
var Master = Principal{RoleARN: "arn:aws:iam::111111111111:role/flowops-dev-search-master"}

// Principal is who signs requests. With a tenant, IAM lets it POST to the
// tenant's alias and no further.
type Principal struct{ RoleARN, Tenant string }

// Call is a request that the server got.
type Call struct {
	Method, Path string
	Query        url.Values
	Body         string
	By           Principal // none where the signature was not valid
	Status       int       // answered; 0 where the connection was broken off
}

// Fault is what happens to a request in place of, or after, its being done.
type Fault struct {
	Status int    // answered instead; 0 breaks the connection off
	Body   string // of the answer
	Done   bool   // the request is done first, and only its answer is lost
}

// Server is the domain. Its fields may be set before it is used.
type Server struct {
	// Faults, where set, decides for each request, numbered from 1, whether
	// something happens to it. It is called for one request at a time.
	Faults func(number int, call Call) *Fault

	broken func(format string, args ...any) // told of what must not happen
	http   *httptest.Server
	mu     sync.Mutex
	calls  []Call
	keys   map[string]key
	state
}

// New starts a domain that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := Start(t.Errorf)
	t.Cleanup(s.Close)
	return s
}

// Start starts a domain. broken is told of what no client may ever ask for.
func Start(broken func(format string, args ...any)) *Server {
	s := &Server{broken: broken, keys: map[string]key{}, state: newState()}
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0) // some tests refuse its certificate
	s.http.StartTLS()
	return s
}

// Close ends the domain.
func (s *Server) Close() { s.http.Close() }

// Host is the domain's endpoint.
func (s *Server) Host() string { return strings.TrimPrefix(s.http.URL, "https://") }

// Client is an HTTP client that trusts the domain's certificate.
func (s *Server) Client() *http.Client { return s.http.Client() }

// CertificatePEM is the domain's certificate.
func (s *Server) CertificatePEM() []byte { return certificatePEM(s.http.Certificate()) }

// Calls are the requests so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Forget forgets the requests so far, and with them their numbers.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// reply is an answer: a status and what is written as JSON.
type reply struct {
	status int
	body   any
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	by, signed := s.verify(r, body)
	call := Call{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Body: string(body), By: by}
	var fault *Fault
	if s.Faults != nil {
		fault = s.Faults(len(s.calls)+1, call)
	}
	var answer reply
	switch {
	case fault != nil && !fault.Done:
		answer = reply{fault.Status, json.RawMessage(fault.Body)}
	case !signed:
		answer = reply{403, map[string]string{"message": "The request signature we calculated does not match the signature you provided."}}
	case !iamAllows(by, r):
		answer = reply{403, map[string]string{"Message": "User: " + by.RoleARN + " is not authorized to perform: es:ESHttp"}}
	default:
		answer = s.do(by, call)
	}
	if fault != nil {
		answer.status = fault.Status
	}
	call.Status = answer.status
	s.calls = append(s.calls, call)
	s.mu.Unlock()
	if answer.status == 0 {
		panic(http.ErrAbortHandler) // the connection ends without an answer
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(answer.status)
	if text, ok := answer.body.(json.RawMessage); ok {
		_, _ = w.Write(text)
		return
	}
	_ = json.NewEncoder(w).Encode(answer.body)
}

// iamAllows is the policy of the tenant access roles and that of the master.
func iamAllows(by Principal, r *http.Request) bool {
	if by.RoleARN == Master.RoleARN {
		return true
	}
	return by.Tenant != "" && r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/"+contract.TenantAlias(by.Tenant)+"/")
}

// failure is an answer in OpenSearch's form.
func failure(status int, kind, reason string) reply {
	cause := map[string]any{"type": kind, "reason": reason}
	return reply{status, map[string]any{"error": map[string]any{"root_cause": []any{cause}, "type": kind, "reason": reason}, "status": status}}
}

// acknowledged is the answer to a change of the cluster's state.
func acknowledged() reply { return reply{200, map[string]any{"acknowledged": true}} }

// do is what a request does. The security plugin speaks first.
func (s *Server) do(by Principal, c Call) reply {
	parts := strings.Split(strings.Trim(c.Path, "/"), "/")
	if !s.permits(by, parts) {
		return failure(403, "security_exception", "no permissions for the action and User [name="+by.RoleARN+"]")
	}
	last := parts[len(parts)-1]
	route := c.Method + " " + last
	switch {
	case c.Path == "/_cluster/health" && c.Method == "GET":
		return reply{200, map[string]any{"cluster_name": "1:search", "status": "green", "timed_out": false}}
	case strings.HasPrefix(c.Path, securityPath):
		return s.security(c)
	case len(parts) == 2 && parts[0] == "_index_template":
		return s.template(c, last)
	case route == "POST _aliases" && len(parts) == 1:
		return s.changeAliases(c)
	case c.Method == "GET" && len(parts) == 2 && parts[0] == "_alias":
		return s.getAlias(last)
	case len(parts) == 1 && !strings.HasPrefix(last, "_"):
		return s.index(c, last)
	case len(parts) != 2:
		return failure(400, "illegal_argument_exception", "no handler found for "+c.Path)
	}
	return s.onIndex(route, parts[0], c)
}
