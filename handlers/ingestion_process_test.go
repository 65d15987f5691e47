package handlers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// TestIngestionProcess runs the compiled document-ingestion function with the SDK's
// own clients, against an endpoint that answers as STS, DynamoDB, S3 and Bedrock
// do, and sees what went over the wire.
func TestIngestionProcess(t *testing.T) {
	binary := compile(t, contract.DocumentIngestion)
	aws := &ingestionWire{work: map[string]string{}}
	server := httptest.NewServer(aws)
	defer server.Close()
	step := func(in contract.IngestionStep) (string, string) {
		t.Helper()
		event, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		env := handlertest.Environment(contract.DocumentIngestion)
		env[contract.EnvDocumentsBucket], env[contract.EnvSearchEndpoint] = "documents", "127.0.0.1:1"
		reach(env, server.URL)
		got := invoke(t, binary, env, event)
		return got.outcome, string(got.body)
	}
	const id = "019b7b5e-0c31-7c3a-9f4e-2f0f5b7c1d11"
	object := contract.IngestedObject{TenantID: "acme", Bucket: "documents", Key: contract.DocumentKey("acme", id), VersionID: "v7", Time: "2026-01-02T03:04:05Z", Execution: "e"}
	if outcome, body := step(contract.IngestionStep{Step: contract.StepValidate, Object: object, ApprovalRequired: true}); outcome != "response" ||
		body != `{"documentId":"`+id+`","version":2,"decision":"needs-approval","reason":""}` {
		t.Errorf("validate: %s %s", outcome, body)
	}
	document := &contract.IngestionDocument{DocumentID: id, Version: 2}
	work := contract.WorkKey("acme", id, 2)
	if outcome, body := step(contract.IngestionStep{Step: contract.StepChunk, Object: object, Document: document}); outcome != "response" ||
		body != `{"work":"`+work+`","batches":[0],"count":1}` {
		t.Errorf("chunk: %s %s", outcome, body)
	}
	chunks := &contract.IngestionChunks{Work: work, Count: 1}
	if outcome, body := step(contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: document, Chunks: chunks}); outcome != "response" || body != "null" {
		t.Errorf("embed: %s %s", outcome, body)
	}
	if !strings.Contains(aws.work["/documents/"+work+"chunks/000000.json"], "confidential") || !strings.Contains(aws.work["/documents/"+work+"vectors/000000.json"], "0.03125") {
		t.Errorf("work %v", aws.work)
	}
	for name, problem := range aws.problems {
		t.Errorf("%s: %s", name, problem)
	}
	// The search domain is out of reach, and the state machine knows the error.
	outcome, body := step(contract.IngestionStep{Step: contract.StepIndex, Object: object, Document: document, Chunks: chunks})
	var failure struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal([]byte(body), &failure); err != nil || outcome != "error" || failure.ErrorType != contract.ErrorTransient || strings.Contains(body, "confidential") {
		t.Errorf("index: %s %s", outcome, body)
	}
}

// ingestionWire answers as AWS does for one claimed upload of one document.
type ingestionWire struct {
	mu       sync.Mutex
	work     map[string]string // objects of work, by path
	problems map[string]string
}

func (a *ingestionWire) problem(name, text string) {
	if a.problems == nil {
		a.problems = map[string]string{}
	}
	a.problems[name] = text
}

func (a *ingestionWire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	const content = "The confidential manual."
	tenantSigned := strings.Contains(r.Header.Get("Authorization"), "Credential=ASIAOFTHETENANT/")
	switch {
	case strings.Contains(string(body), "Action=AssumeRole"):
		answerSession(w)
		return
	case strings.HasPrefix(r.URL.Path, "/model/"):
		if tenantSigned || !strings.Contains(string(body), `"dimensions":1024,"normalize":true`) || r.Header.Get("Content-Type") != "application/json" {
			a.problem("InvokeModel", r.URL.Path+" "+string(body))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"embedding":[`+strings.TrimSuffix(strings.Repeat("0.03125,", 1024), ",")+`],"inputTextTokenCount":5}`)
		return
	}
	if !tenantSigned {
		a.problem(r.URL.Path, "not signed with the tenant's credentials")
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case strings.HasSuffix(target, ".GetItem"):
		answer := fmt.Sprintf(`{"Item":{"documentId":{"S":"d"},"contentType":{"S":"text/plain"},"contentLength":{"N":"%d"},"status":{"S":"pending"},"version":{"N":"2"},"objectVersion":{"S":"v7"}}}`, len(content))
		answerJSON(w, answer)
	case r.Method == http.MethodPut:
		if r.Header.Get("X-Amz-Tagging") != "flowops-lifecycle=work" {
			a.problem("PutObject", "tagged "+r.Header.Get("X-Amz-Tagging"))
		}
		a.work[r.URL.Path] = unchunked(string(body))
	case r.Method == http.MethodGet && r.URL.Query().Get("versionId") == "v7":
		w.Header().Set("X-Amz-Meta-Document-Version", "2")
		_, _ = io.WriteString(w, content)
	case r.Method == http.MethodGet && a.work[r.URL.Path] != "":
		_, _ = io.WriteString(w, a.work[r.URL.Path])
	case r.Method == http.MethodGet:
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
	default:
		a.problem(r.Method+" "+r.URL.Path, "nobody answers "+target)
		http.Error(w, "unknown call", http.StatusNotImplemented)
	}
}

// unchunked is the payload of a body that the SDK sent with its checksum behind it
// ("aws-chunked"), or the body itself.
func unchunked(body string) string {
	if strings.HasPrefix(body, "[") || strings.HasPrefix(body, "{") {
		return body
	}
	_, rest, _ := strings.Cut(body, "\r\n")
	payload, _, _ := strings.Cut(rest, "\r\n")
	return payload
}
