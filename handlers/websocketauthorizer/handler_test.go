package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/idtoken"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

const (
	testMethod = "arn:aws:execute-api:us-east-1:123456789012:z9y8x7w6v5/dev/$connect"
	testToken  = "eyJraWQiOiJleGFtcGxlIn0.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl" // of the event
	testPerson = "3f1b7a52-6b0e-4d5c-9a3e-0c1d2e3f4a5b"
)

type request = events.APIGatewayCustomAuthorizerRequestTypeRequest

// verdict is a verifier that knows one token.
type verdict struct {
	who idtoken.Identity
	err error
}

func (v verdict) Verify(_ context.Context, token string) (idtoken.Identity, error) {
	if token != testToken {
		return idtoken.Identity{}, fmt.Errorf("asked about %q", token)
	}
	return v.who, v.err
}

func TestEnvironment(t *testing.T) {
	handlertest.NeedsEnvironment(t, contract.WebSocketAuthorizer, wire)
}

func decide(t *testing.T, v verifier, change func(*request)) (events.APIGatewayCustomAuthorizerResponse, string, error) {
	t.Helper()
	var log strings.Builder
	h := handler{log: telemetry.NewLogger(&log, contract.WebSocketAuthorizer.Name, "dev", slog.LevelDebug), tokens: v}
	event := handlertest.Event[request](t, "websocket-authorizer.json")
	change(&event)
	response, err := h.handle(handlertest.Context(), event)
	for _, secret := range []string{"eyJraWQi", "c2lnbmF0dXJl", testPerson, "203.0.113.7"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("logged %d lines:\n%s", n, log.String())
	}
	return response, log.String(), err
}

func asItIs(*request) {}

func TestAllows(t *testing.T) {
	who := idtoken.Identity{
		Tenant: "acme", Subject: testPerson, Groups: []contract.Role{contract.RoleAdmin, contract.RoleAgent},
		Expiry: time.Date(2024, 1, 20, 12, 55, 8, 0, time.UTC),
	}
	got, log, err := decide(t, verdict{who: who}, asItIs)
	if err != nil {
		t.Fatal(err)
	}
	want := events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: testPerson,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{testMethod}}},
		},
		Context: map[string]any{"tenantId": "acme", "subject": testPerson, "groups": "admin,agent", "tokenExpiry": "1705755308"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("response (-want +got):\n%s", d)
	}
	if !strings.Contains(log, `"tenant":"acme"`) || strings.Contains(log, contract.SecurityEventField) {
		t.Errorf("log is %s", log)
	}
}

func TestDenies(t *testing.T) {
	tests := []struct {
		reason   idtoken.Refusal
		security bool
	}{
		{idtoken.BadSignature, true},
		{idtoken.BadTenant, true},
		{idtoken.NotAuthorized, true},
		{idtoken.Expired, false},
	}
	for _, tt := range tests {
		t.Run(string(tt.reason), func(t *testing.T) {
			// What stands beside an error counts for nothing.
			got, log, err := decide(t, verdict{idtoken.Identity{Tenant: "acme", Subject: testPerson}, tt.reason}, asItIs)
			if err != nil {
				t.Fatal(err)
			}
			isDenied(t, got)
			if !strings.Contains(log, `"reason":"`+string(tt.reason)+`"`) {
				t.Errorf("log is %s", log)
			}
			if strings.Contains(log, `"securityEvent":"websocket-connect-refused"`) != tt.security {
				t.Errorf("security event: want %v, log is %s", tt.security, log)
			}
		})
	}
}

func isDenied(t *testing.T, got events.APIGatewayCustomAuthorizerResponse) {
	t.Helper()
	want := events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: "refused",
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Deny", Resource: []string{testMethod}}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("response (-want +got):\n%s", d)
	}
}

func TestDeniesWithoutAToken(t *testing.T) {
	for name, change := range map[string]func(*request){
		"no headers":     func(e *request) { e.Headers, e.MultiValueHeaders = nil, nil },
		"no such header": func(e *request) { delete(e.MultiValueHeaders, "Sec-WebSocket-Protocol"); e.Headers = nil },
		"the token as a query": func(e *request) {
			e.Headers, e.MultiValueHeaders = nil, nil
			e.QueryStringParameters = map[string]string{"token": testToken}
		},
		"the protocol alone":     func(e *request) { e.MultiValueHeaders["Sec-WebSocket-Protocol"] = []string{"flowops"} },
		"the header in two ways": func(e *request) { e.MultiValueHeaders["sec-websocket-protocol"] = []string{"flowops, a.b.c"} },
	} {
		t.Run(name, func(t *testing.T) {
			got, log, err := decide(t, verdict{}, change)
			if err != nil {
				t.Fatal(err)
			}
			isDenied(t, got)
			if !strings.Contains(log, contract.SecurityEventField) {
				t.Errorf("log is %s", log)
			}
		})
	}
}

// Whatever keeps the function from telling is an error: API Gateway refuses.
func TestFailsClosed(t *testing.T) {
	method := func(arn string) func(*request) { return func(e *request) { e.MethodArn = arn } }
	tests := []struct {
		name   string
		err    error
		change func(*request)
	}{
		{"keys not available", fmt.Errorf("%w: status is 503", idtoken.ErrUnavailable), asItIs},
		{"out of time", context.DeadlineExceeded, asItIs},
		{"an error of another kind", errors.New("?"), asItIs},
		{"no method", nil, method("")},
		{"another route", nil, method(strings.Replace(testMethod, "$connect", "chat", 1))},
		{"every route", nil, method(strings.Replace(testMethod, "$connect", "*", 1))},
		{"every stage", nil, method(strings.Replace(testMethod, "/dev/", "/*/", 1))},
		{"another service", nil, method(strings.Replace(testMethod, "execute-api", "lambda", 1))},
		{"a line more", nil, method(testMethod + "\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, log, err := decide(t, verdict{idtoken.Identity{Tenant: "acme", Subject: testPerson}, tt.err}, tt.change)
			if err == nil || err.Error() == "Unauthorized" || (tt.err != nil && !errors.Is(err, tt.err)) {
				t.Errorf("error is %v", err)
			}
			if d := cmp.Diff(events.APIGatewayCustomAuthorizerResponse{}, got); d != "" {
				t.Errorf("response (-want +got):\n%s", d)
			}
			if !strings.Contains(log, `"level":"ERROR"`) || strings.Contains(log, contract.SecurityEventField) {
				t.Errorf("log is %s", log)
			}
		})
	}
}
