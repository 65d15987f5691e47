// Package handlertest is what the tests of all functions share.
package handlertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/environment"
	"github.com/flowops/flowops/handlers/internal/start"
)

// Origin is the one web origin of Environment's ALLOWED_ORIGINS.
const Origin = "https://dev.flowops.example"

// UserPoolID is Environment's USER_POOL_ID. No pool has it.
const UserPoolID = "us-east-1_Example00"

// Environment is a complete environment of fn.
func Environment(fn contract.Function) map[string]string {
	env := map[string]string{}
	for _, name := range environment.Required(fn) {
		env[name] = "test-" + name
	}
	env[contract.EnvEnvironment] = "dev"
	env[contract.EnvLogLevel] = slog.LevelDebug.String()
	env[contract.EnvMetricNamespace] = contract.MetricNamespace
	if _, ok := env[contract.EnvUserPoolID]; ok {
		env[contract.EnvUserPoolID] = UserPoolID
	}
	if _, ok := env[contract.EnvEmbeddingDims]; ok {
		env[contract.EnvEmbeddingDims] = "1024"
	}
	if _, ok := env[contract.EnvAllowedOrigins]; ok {
		env[contract.EnvAllowedOrigins] = Origin
	}
	return env
}

// Context is an invocation's.
func Context() context.Context {
	return lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
		AwsRequestID: "6bc28136-xmpl-4365-b021-0ce6b2e64ab0",
	})
}

// Handler wires fn in a complete environment. The buffer gets its log.
func Handler[In, Out any](t *testing.T, fn contract.Function, wire start.Wire[In, Out]) (start.Handler[In, Out], *bytes.Buffer) {
	t.Helper()
	env := Environment(fn)
	var log bytes.Buffer
	handler, _, err := start.Prepare(context.Background(), fn, func(name string) (string, bool) { v, ok := env[name]; return v, ok }, &log, wire)
	if err != nil {
		t.Fatal(err)
	}
	return handler, &log
}

// NeedsEnvironment checks that fn starts with none of its variables missing,
// names all of them at once where none is set, and names each where only that
// one is missing.
func NeedsEnvironment[In, Out any](t *testing.T, fn contract.Function, wire start.Wire[In, Out]) {
	t.Helper()
	required := environment.Required(fn)
	check := func(name string, env map[string]string, want []string) {
		t.Run(name, func(t *testing.T) {
			_, _, err := start.Prepare(context.Background(), fn, func(name string) (string, bool) { v, ok := env[name]; return v, ok }, io.Discard, wire)
			var got []string
			var missing *environment.MissingError
			if errors.As(err, &missing) {
				got = missing.Names
			} else if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("missing (-want +got):\n%s", d)
			}
		})
	}
	check("none missing", Environment(fn), nil)
	check("all missing", nil, required)
	for _, name := range required {
		env := Environment(fn)
		env[name] = ""
		check(name+" is empty", env, []string{name})
	}
}

// Event reads the event in testdata/file.
func Event[In any](t *testing.T, file string) In {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var event In
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatalf("testdata/%s: %v", file, err)
	}
	return event
}

// LogsFacts checks that log is JSON lines of this request, at least one, and
// holds none of the secrets, which stand in the event.
func LogsFacts(t *testing.T, log fmt.Stringer, secrets ...string) {
	t.Helper()
	text := log.String()
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q, which is of the event:\n%s", secret, log)
		}
	}
	lines := 0
	for dec := json.NewDecoder(strings.NewReader(text)); ; lines++ {
		var line struct {
			RequestID string `json:"requestId"`
		}
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, log)
		}
		if line.RequestID == "" {
			t.Errorf("a line has no request id:\n%s", log)
		}
	}
	if lines == 0 {
		t.Error("nothing was logged")
	}
}
