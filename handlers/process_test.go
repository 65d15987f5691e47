package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/environment"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// timeout of everything that a started function does, in a test.
const timeout = 20 * time.Second

// TestProcesses compiles every function for this host, as its bundle is
// compiled for Lambda, and starts it as Lambda does.
func TestProcesses(t *testing.T) {
	tests := []struct {
		fn    contract.Function
		event string // file below the function's folder
		error bool   // the invocation fails; otherwise it answers with status 501
	}{}
	// The others are tried by tests of their own: TestAuthorizerProcess, TestSearchAdminProcess, TestRecordsProcess, TestSafeActionsProcess,
	// TestWebSocketProcess, TestChatProcess, TestIngestionProcess, TestProvisionerProcess.
	invoked := map[string]bool{
		contract.WebSocketAuthorizer.Name: true, contract.SearchAdmin.Name: true, contract.Records.Name: true, contract.SafeActions.Name: true,
		contract.WebSocket.Name: true, contract.AgentInvoke.Name: true, contract.DocumentIngestion.Name: true, contract.AgentProvisioner.Name: true,
	}
	for _, tt := range tests {
		invoked[tt.fn.Name] = true
		folder := strings.ReplaceAll(tt.fn.Name, "-", "")
		t.Run(tt.fn.Name+" answers "+tt.event, func(t *testing.T) {
			event, err := os.ReadFile(filepath.Join(folder, "testdata", tt.event))
			if err != nil {
				t.Fatal(err)
			}
			got := invoke(t, compile(t, tt.fn), handlertest.Environment(tt.fn), event)
			if tt.error {
				var failure struct{ ErrorType, ErrorMessage string }
				if err := json.Unmarshal(got.body, &failure); err != nil {
					t.Fatalf("%v: %s", err, got.body)
				}
				if got.outcome != "error" || failure.ErrorType != "NotImplemented" || failure.ErrorMessage != tt.fn.Name+" is not implemented" {
					t.Errorf("%s: %s", got.outcome, got.body)
				}
				return
			}
			var response struct {
				StatusCode int
				Headers    map[string]string
				Body       string
			}
			if err := json.Unmarshal(got.body, &response); err != nil {
				t.Fatalf("%v: %s", err, got.body)
			}
			if got.outcome != "response" || response.StatusCode != 501 || response.Headers["Content-Type"] != contract.MediaTypeProblem {
				t.Errorf("%s: %s", got.outcome, got.body)
			}
			if !strings.Contains(response.Body, tt.fn.Name+" is not implemented") {
				t.Errorf("body is %s", response.Body)
			}
		})
	}
	for _, fn := range contract.Functions() {
		if !invoked[fn.Name] {
			t.Errorf("%s has no event in this test", fn.Name)
		}
		binary := compile(t, fn)
		t.Run(fn.Name+" names all missing variables and exits", func(t *testing.T) {
			line := failedStart(t, binary, nil)
			want := startLine{Level: "ERROR", Message: "can't start", Function: fn.Name, Missing: environment.Required(fn)}
			want.Error = (&environment.MissingError{Names: want.Missing}).Error()
			if d := cmp.Diff(want, line); d != "" {
				t.Errorf("line (-want +got):\n%s", d)
			}
		})
	}
	t.Run("outside Lambda it says so and exits", func(t *testing.T) {
		env := handlertest.Environment(contract.Records)
		env[contract.EnvLogLevel] = "ERROR"
		line := failedStart(t, compile(t, contract.Records), env)
		if line.Level != "ERROR" || !strings.Contains(line.Message, "AWS_LAMBDA_RUNTIME_API") {
			t.Errorf("line is %+v", line)
		}
	})
}

// startLine is the log line of a function that can't start.
type startLine struct {
	Level, Message, Function, Environment, Error string
	Missing                                      []string
}

// failedStart starts binary with env and nothing else in its environment, and
// returns the one line that it logs before it exits with code 1.
func failedStart(t *testing.T, binary string, env map[string]string) startLine {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = pairs(env)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("ended with %v, want exit code 1:\n%s", err, out)
	}
	if n := bytes.Count(out, []byte("\n")); n != 1 {
		t.Fatalf("logged %d lines:\n%s", n, out)
	}
	var line startLine
	if err := json.Unmarshal(out, &line); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return line
}

// pairs is env as a process takes it: never nil, which would mean this
// process's own environment.
func pairs(env map[string]string) []string {
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

// outcome is how an invocation ended: "response" or "error", and its body.
type outcome struct {
	outcome string
	body    []byte
}

// invoke starts binary against a Lambda runtime API that has one event, and
// returns what the function answers.
func invoke(t *testing.T, binary string, env map[string]string, event []byte) outcome {
	t.Helper()
	const requestID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
	answers := make(chan outcome, 1)
	var once sync.Once
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		first := false
		once.Do(func() { first = true })
		if !first { // as Lambda does: the next event is long in coming
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", requestID)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(timeout).UnixMilli()))
		_, _ = w.Write(event)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/"+requestID+"/{outcome}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
		answers <- outcome{r.PathValue("outcome"), body}
	})
	api := httptest.NewServer(mux)
	defer api.Close()

	env["AWS_LAMBDA_RUNTIME_API"] = strings.TrimPrefix(api.URL, "http://")
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = pairs(env)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	defer func() {
		cancel() // the function serves until it is killed
		<-ended
		for _, line := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
			if !json.Valid(line) || bytes.Contains(line, []byte("confidential")) {
				t.Errorf("log line is no JSON, or holds the event: %s", line)
			}
		}
	}()
	select {
	case answer := <-answers:
		return answer
	case <-ended:
		t.Fatalf("the function ended without an answer:\n%s", out.Bytes())
	}
	panic("unreachable")
}
