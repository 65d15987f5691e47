package search

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/test/searchtest"
)

var anything = Query{Vector: []float32{1, 0}, Passages: 1}

// failing answers the first n requests with a status; 0 breaks them off.
func failing(n, status int) func(int, searchtest.Call) *searchtest.Fault {
	return func(number int, _ searchtest.Call) *searchtest.Fault {
		if number > n {
			return nil
		}
		return &searchtest.Fault{Status: status, Body: `{"error":{"type":"some_exception","reason":"a tenant's text"},"status":1}`}
	}
}

func TestAttempts(t *testing.T) {
	tests := []struct {
		name        string
		fails       int
		status      int
		calls       int
		ok          bool
		unavailable bool
	}{
		{"throttled once", 1, 429, 2, true, false},
		{"502 twice", 2, 502, 3, true, false},
		{"503 twice", 2, 503, 3, true, false},
		{"504 once", 1, 504, 2, true, false},
		{"broken off twice", 2, 0, 3, true, false},
		{"503 to the end", 9, 503, 3, false, true},
		{"429 to the end", 9, 429, 3, false, true},
		{"broken off to the end", 9, 0, 3, false, true},
		{"400", 9, 400, 1, false, false},
		{"401", 9, 401, 1, false, false},
		{"403", 9, 403, 1, false, false},
		{"404", 9, 404, 1, false, false},
		{"500", 9, 500, 1, false, false},
		{"a redirection", 9, 307, 1, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := prepared(t, "acme")
			s.Faults = failing(tt.fails, tt.status)
			_, err := tenantOf(t, s, domainOf(t, s), "acme").Nearest(context.Background(), anything)
			if (err == nil) != tt.ok || errors.Is(err, ErrUnavailable) != tt.unavailable {
				t.Errorf("error is %v", err)
			}
			if len(s.Calls()) != tt.calls {
				t.Errorf("%d requests, want %d", len(s.Calls()), tt.calls)
			}
			if err != nil && strings.Contains(err.Error(), "text") {
				t.Errorf("the error holds what was answered: %v", err)
			}
			if !tt.ok && tt.status != 0 && (!HasStatus(err, tt.status) || !HasType(err, "some_exception")) {
				t.Errorf("the error does not say what was answered: %v", err)
			}
		})
	}
}

func TestEveryAttemptIsSigned(t *testing.T) {
	s := prepared(t, "acme")
	s.Faults = failing(2, 503)
	if _, err := tenantOf(t, s, domainOf(t, s), "acme").Nearest(context.Background(), anything); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Calls() {
		if c.By != (searchtest.Principal{RoleARN: writerARN, Tenant: "acme"}) {
			t.Errorf("%s %s is signed by %+v", c.Method, c.Path, c.By)
		}
	}
	d := domainOf(t, s, func(c *Config) { c.Region = "us-east-1" })
	if _, err := tenantOf(t, s, d, "acme").Nearest(context.Background(), anything); !HasStatus(err, 403) {
		t.Errorf("signed for another region: %v", err)
	}
}

// No attempt begins, and no pause, that the caller has no time for.
func TestCallersTime(t *testing.T) {
	s := prepared(t, "acme")
	s.Faults = failing(9, 503)
	tenant := tenantOf(t, s, domainOf(t, s, func(c *Config) { c.BackoffBase, c.BackoffCap = 1000*time.Hour, 1000*time.Hour }), "acme")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	begin := time.Now()
	if _, err := tenant.Nearest(ctx, anything); !errors.Is(err, ErrUnavailable) || !HasStatus(err, 503) {
		t.Errorf("error is %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second || len(s.Calls()) != 1 {
		t.Errorf("took %v, %d requests", took, len(s.Calls()))
	}
	ctx, cancel = context.WithCancel(context.Background())
	cancel()
	if _, err := tenant.Nearest(ctx, anything); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		t.Errorf("given up: %v", err)
	}
}

// A domain that takes requests and never answers is unavailable, and opens the
// circuit as well.
func TestHangs(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer server.Close()
	defer close(hang)
	d, err := NewDomain(Config{Endpoint: strings.TrimPrefix(server.URL, "https://"), Region: "x", HTTP: server.Client(), TripAfter: 2, BackoffBase: 2, BackoffCap: 2})
	if err != nil {
		t.Fatal(err)
	}
	c := conn{d, aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}, nil
	})}
	_, err = c.send(context.Background(), request{operation: "search", method: "POST", path: "/x", timeout: 50 * time.Millisecond, limit: 10})
	var unavailable *UnavailableError
	if !errors.As(err, &unavailable) || !unavailable.Open || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %#v", err)
	}
}

// A signed request goes where it was signed for.
func TestRedirectionsAreNotFollowed(t *testing.T) {
	requests := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	d, err := NewDomain(Config{Endpoint: strings.TrimPrefix(server.URL, "https://"), Region: "x", HTTP: server.Client()})
	if err != nil {
		t.Fatal(err)
	}
	m := d.Master(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}, nil
	}))
	if err := m.Do(context.Background(), http.MethodPost, "/x", nil, nil); !HasStatus(err, http.StatusTemporaryRedirect) || requests != 1 {
		t.Errorf("%d requests, %v", requests, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	for _, status := range []int{200, 400} {
		s := prepared(t, "acme")
		s.Faults = func(int, searchtest.Call) *searchtest.Fault {
			return &searchtest.Fault{Status: status, Body: `"` + strings.Repeat("x", 9<<20) + `"`}
		}
		_, err := tenantOf(t, s, domainOf(t, s), "acme").Nearest(context.Background(), anything)
		if status == 200 && !errors.Is(err, ErrTooLarge) || status == 400 && !HasStatus(err, 400) || len(err.Error()) > 200 {
			t.Errorf("%d: error is %.200v", status, err)
		}
	}
}

func TestCertificateIsChecked(t *testing.T) {
	s := prepared(t, "acme")
	tenant := tenantOf(t, s, domainOf(t, s, func(c *Config) { c.HTTP = nil }), "acme")
	if _, err := tenant.Nearest(context.Background(), anything); err == nil || errors.Is(err, ErrUnavailable) || len(s.Calls()) > 0 {
		t.Errorf("error is %v, %d requests", err, len(s.Calls()))
	}
}

func TestNewDomain(t *testing.T) {
	for _, endpoint := range []string{"", "https://x", "x/y", "user@x", "x?y", ":443", "x y"} {
		if _, err := NewDomain(Config{Endpoint: endpoint, Region: "eu-central-1"}); err == nil {
			t.Errorf("%q is taken for a host", endpoint)
		}
	}
	if _, err := NewDomain(Config{Endpoint: "search.example"}); err == nil {
		t.Error("no region is needed")
	}
	d, err := NewDomain(Config{Endpoint: "search.example", Region: "eu-central-1"})
	if err != nil {
		t.Fatal(err)
	}
	none := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, nil })
	for _, id := range []string{"", "*", "Acme", "acme/x", "acme,bolt"} {
		if _, err := d.Tenant(id, none); err == nil {
			t.Errorf("%q is taken for a tenant", id)
		}
	}
	if _, err := d.Tenant("acme", nil); err == nil {
		t.Error("no credentials are needed")
	}
}

func TestPauseIsJitteredAndBounded(t *testing.T) {
	config := Config{BackoffBase: 100 * time.Millisecond, BackoffCap: 300 * time.Millisecond}
	low, high := map[int]bool{}, map[int]bool{}
	for range 200 {
		p := newPause(context.Background(), config)
		for i, bound := range []time.Duration{100, 200, 300, 300} {
			bound *= time.Millisecond
			next := p.NextBackOff()
			if next < 0 || next > bound+1 {
				t.Fatalf("pause %d is %v of %v", i, next, bound)
			}
			low[i] = low[i] || next < bound/4
			high[i] = high[i] || next > bound*3/4
		}
	}
	if len(low) != 4 || len(high) != 4 {
		t.Errorf("no full jitter: %v %v", low, high)
	}
	for i := range 4 {
		if !low[i] || !high[i] {
			t.Errorf("pause %d: low %v, high %v", i, low[i], high[i])
		}
	}
}
