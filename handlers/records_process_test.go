package handlers_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// TestRecordsProcess runs the compiled records function with the SDK's own
// clients, against an endpoint that answers as STS and DynamoDB do, and sees
// what went over the wire.
func TestRecordsProcess(t *testing.T) {
	binary := compile(t, contract.Records)
	event, err := os.ReadFile("records/testdata/rest-get-ticket.json")
	if err != nil {
		t.Fatal(err)
	}

	t.Run("answers with the tenant's ticket", func(t *testing.T) {
		wire := &awsWire{}
		server := httptest.NewServer(wire)
		defer server.Close()
		got := invokeRecords(t, binary, server.URL, event)
		if got.StatusCode != http.StatusOK || !strings.Contains(got.Body, `"subject":"Invoice"`) {
			t.Errorf("%+v", got)
		}
		if wire.form.Get("Tags.member.1.Key") != contract.TenantTag || wire.form.Get("Tags.member.1.Value") != "acme" ||
			wire.form.Get("TransitiveTagKeys.member.1") != contract.TenantTag || wire.form.Get("RoleSessionName") != "records@acme" {
			t.Errorf("AssumeRole: %v", wire.form)
		}
		if !strings.Contains(wire.item, `{"S":"TENANT#acme"}`) || !strings.Contains(wire.signed, "Credential=ASIAOFTHETENANT/") {
			t.Errorf("GetItem: %s, %s", wire.item, wire.signed)
		}
	})
	t.Run("answers without claims", func(t *testing.T) {
		var bare map[string]any
		if err := json.Unmarshal(event, &bare); err != nil {
			t.Fatal(err)
		}
		delete(bare["requestContext"].(map[string]any), "authorizer")
		text, err := json.Marshal(bare)
		if err != nil {
			t.Fatal(err)
		}
		if got := invokeRecords(t, binary, "http://127.0.0.1:1", text); got.StatusCode != http.StatusUnauthorized {
			t.Errorf("%+v", got)
		}
	})
}

type recordsAnswer struct {
	StatusCode int
	Body       string
}

func invokeRecords(t *testing.T, binary, endpoint string, event []byte) recordsAnswer {
	t.Helper()
	env := handlertest.Environment(contract.Records)
	reach(env, endpoint)
	got := invoke(t, binary, env, event)
	var answer recordsAnswer
	if err := json.Unmarshal(got.body, &answer); err != nil || got.outcome != "response" {
		t.Fatalf("%s: %s", got.outcome, got.body)
	}
	return answer
}

// awsWire answers AssumeRole and GetItem, and keeps what it was asked.
type awsWire struct {
	mu     sync.Mutex
	form   url.Values // of AssumeRole
	item   string     // body of GetItem
	signed string     // Authorization of GetItem
}

func (a *awsWire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	switch {
	case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem"):
		answer := `{"Item":{"agentId":{"S":"default"},"apiKeyId":{"S":"x1y2z3"},"state":{"S":"ready"}}}`
		if !strings.Contains(string(body), "AGENT#") {
			a.item, a.signed = string(body), r.Header.Get("Authorization")
			answer = `{"Item":{"ticketId":{"S":"01HMK4"},"subject":{"S":"Invoice"},"version":{"N":"1"}}}`
		}
		answerJSON(w, answer)
	case strings.Contains(string(body), "Action=AssumeRole"):
		a.form, _ = url.ParseQuery(string(body))
		answerSession(w)
	default:
		http.Error(w, "unknown call", http.StatusNotImplemented)
	}
}
