package handlers_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// TestChatProcess runs the compiled agent-invoke function with the SDK's own
// clients, against an endpoint that answers as AWS does, and sees what went over
// the wire.
func TestChatProcess(t *testing.T) {
	binary := compile(t, contract.AgentInvoke)
	run := func(t *testing.T, file string) (outcome, *chatWire) {
		t.Helper()
		event, err := os.ReadFile(filepath.Join("agentinvoke", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		wire := &chatWire{t: t}
		server := httptest.NewServer(wire)
		defer server.Close()
		env := handlertest.Environment(contract.AgentInvoke)
		reach(env, server.URL)
		return invoke(t, binary, env, event), wire
	}

	t.Run("answers a request", func(t *testing.T) {
		got, wire := run(t, "rest-post-chat.json")
		var answer recordsAnswer
		if err := json.Unmarshal(got.body, &answer); err != nil || got.outcome != "response" || answer.StatusCode != http.StatusOK || !strings.Contains(answer.Body, `"text":"Open the settings."`) {
			t.Fatalf("%s: %s", got.outcome, got.body)
		}
		wire.mu.Lock()
		defer wire.mu.Unlock()
		if wire.agent == nil || wire.agent.Header.Get("Accept") != "text/event-stream" || len(wire.agent.Header.Get("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id")) != 64 ||
			wire.agent.URL.Query().Get("qualifier") != "live" || !strings.Contains(wire.agent.Header.Get("Authorization"), "Credential=ASIAOFTHETENANT/") ||
			wire.agent.Header.Get("Amz-Sdk-Request") != "attempt=1; max=2" {
			t.Errorf("the agent was asked by %s with %v", wire.agent.URL, wire.agent.Header)
		}
		for _, want := range []string{`{"S":"user"}`, `{"S":"assistant"}`, `{"S":"done"}`} {
			if !strings.Contains(wire.written, want) {
				t.Errorf("%s was not written: %s", want, wire.written)
			}
		}
		if strings.Count(wire.tenant, "Credential=ASIAOFTHETENANT/") != wire.calls {
			t.Errorf("%d calls of tables: %s", wire.calls, wire.tenant)
		}
	})
	t.Run("refuses what was not handed on by the websocket function", func(t *testing.T) {
		if got, wire := run(t, "foreign-endpoint.json"); got.outcome != "error" || strings.Contains(string(got.body), "evil") || wire.calls != 0 {
			t.Errorf("%s: %s", got.outcome, got.body)
		}
	})
}

// chatWire answers as STS, DynamoDB, KMS and AgentCore do, to a tenant with an
// agent and without conversations, and keeps what it was asked.
type chatWire struct {
	t *testing.T

	mu      sync.Mutex
	agent   *http.Request
	calls   int    // of tables
	tenant  string // their Authorizations
	written string // their bodies, where they write
}

func (c *chatWire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	target := r.Header.Get("X-Amz-Target")
	switch {
	case strings.HasPrefix(target, "DynamoDB_"):
		c.calls++
		c.tenant += r.Header.Get("Authorization") + "\n"
		c.table(w, target[strings.IndexByte(target, '.')+1:], string(body))
	case strings.HasSuffix(target, ".GenerateMac"):
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, `{"Mac":"`+base64.StdEncoding.EncodeToString(make([]byte, 32))+`"}`)
	case strings.HasPrefix(r.URL.Path, "/runtimes/"):
		c.agent = r
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"type":"delta","text":"Open"}`+"\n\n"+`data: {"type":"answer","answer":{"text":"Open the settings.","confidence":0.5}}`+"\n\n")
	case strings.Contains(string(body), "Action=AssumeRole"):
		answerSession(w)
	default:
		c.t.Errorf("unknown call: %s %s", r.Method, r.URL.Path)
		http.Error(w, "unknown call", http.StatusNotImplemented)
	}
}

// table answers a call of DynamoDB. The only items are the agent and the turn,
// as it is after its put.
func (c *chatWire) table(w http.ResponseWriter, operation, body string) {
	answer := `{}`
	switch {
	case operation != "GetItem":
		c.written += body + "\n"
	case strings.Contains(body, "AGENT#"):
		answer = `{"Item":{"agentId":{"S":"default"},"apiKeyId":{"S":"x1y2z3"},"state":{"S":"ready"},"agentArn":{"S":"arn:aws:bedrock-agentcore:us-east-1:111111111111:runtime/r"},"agentAliasId":{"S":"live"}}}`
	case strings.Contains(body, "TURN#"):
		answer = `{"Item":{"turnId":{"S":"t"},"subject":{"S":"p"},"state":{"S":"accepted"},"acceptedAt":{"S":"2024-01-20T11:55:08.326Z"},"attempt":{"N":"0"},"binding":{"N":"0"},"expiresAt":{"N":"99999999999"}}}`
	}
	answerJSON(w, answer)
}
