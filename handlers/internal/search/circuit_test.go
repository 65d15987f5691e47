package search

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/test/searchtest"
)

func TestCircuit(t *testing.T) {
	s := prepared(t, "acme", "bolt")
	open := 60 * time.Millisecond
	d := domainOf(t, s, func(c *Config) { c.TripAfter, c.Attempts, c.OpenFor = 3, 1, open })
	acme, bolt := tenantOf(t, s, d, "acme"), tenantOf(t, s, d, "bolt")
	ask := func(tenant *Tenant) *UnavailableError {
		t.Helper()
		_, err := tenant.Nearest(context.Background(), anything)
		var unavailable *UnavailableError
		if err != nil && (!errors.As(err, &unavailable) || !errors.Is(err, ErrUnavailable)) {
			t.Fatalf("error is %v", err)
		}
		return unavailable
	}
	s.Faults = failing(1000, 503)
	for range 3 {
		if u := ask(acme); u == nil || u.Open {
			t.Fatalf("before: %v", u)
		}
	}
	before := len(s.Calls())
	if u := ask(bolt); u == nil || !u.Open || len(s.Calls()) != before {
		t.Errorf("open for all: %v, %d requests", u, len(s.Calls())-before)
	}
	time.Sleep(open + 20*time.Millisecond)
	if u := ask(acme); u == nil || u.Open || len(s.Calls()) != before+1 {
		t.Errorf("one tries: %v", u)
	}
	if u := ask(acme); u == nil || !u.Open {
		t.Errorf("open again: %v", u)
	}
	s.Faults = nil
	time.Sleep(open + 20*time.Millisecond)
	for range 3 {
		if u := ask(acme); u != nil {
			t.Errorf("closed: %v", u)
		}
	}
}

// What says nothing about the domain does not open the circuit.
func TestCircuitStaysClosed(t *testing.T) {
	broken := errors.New("no session")
	tests := map[string]func(*searchtest.Server, *Tenant) error{
		"a request that is refused": func(s *searchtest.Server, tenant *Tenant) error {
			s.Faults = failing(1000, 400)
			_, err := tenant.Nearest(context.Background(), anything)
			return err
		},
		"a request that is given up": func(_ *searchtest.Server, tenant *Tenant) error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, err := tenant.Nearest(ctx, anything)
			return err
		},
		"no credentials": func(_ *searchtest.Server, tenant *Tenant) error {
			none := *tenant
			none.conn.credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, broken })
			_, err := none.Nearest(context.Background(), anything)
			var credentials *CredentialsError
			if !errors.As(err, &credentials) || !errors.Is(err, broken) {
				t.Errorf("no credentials: %v", err)
			}
			return err
		},
	}
	for name, do := range tests {
		t.Run(name, func(t *testing.T) {
			s := prepared(t, "acme")
			tenant := tenantOf(t, s, domainOf(t, s, func(c *Config) { c.TripAfter = 1 }), "acme")
			for range 3 {
				if err := do(s, tenant); err == nil || errors.Is(err, ErrUnavailable) {
					t.Errorf("error is %v", err)
				}
			}
			s.Faults = nil
			if _, err := tenant.Nearest(context.Background(), anything); err != nil {
				t.Error(err)
			}
		})
	}
}

// A request that is given up is no success either: it does not begin the count
// of failures anew.
func TestGivenUpBetweenFailures(t *testing.T) {
	s := prepared(t, "acme")
	s.Faults = failing(1000, 503)
	tenant := tenantOf(t, s, domainOf(t, s, func(c *Config) { c.TripAfter, c.Attempts = 2, 1 }), "acme")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{context.Background(), cancelled, context.Background()} {
		if _, err := tenant.Nearest(ctx, anything); err == nil {
			t.Fatal("no failure")
		}
	}
	var unavailable *UnavailableError
	if _, err := tenant.Nearest(context.Background(), anything); !errors.As(err, &unavailable) || !unavailable.Open {
		t.Errorf("error is %v", err)
	}
}
