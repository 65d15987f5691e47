package handlers_test

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

// wireCall is an AWS call as it went over the wire.
type wireCall struct {
	name   string // target ("DynamoDB_20120810.GetItem"), or method and path
	key    string // access key that signed it
	body   string
	header http.Header
}

// wire answers a compiled function's AWS calls by their names, and keeps them.
// It opens tenants' sessions by itself.
type wire struct {
	answers map[string]string

	mu    sync.Mutex
	calls []wireCall
}

func (w *wire) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(out, err.Error(), http.StatusInternalServerError)
		return
	}
	if strings.Contains(string(body), "Action=AssumeRole") {
		answerSession(out)
		return
	}
	c := wireCall{name: r.Header.Get("X-Amz-Target"), body: string(body), header: r.Header}
	if c.name == "" {
		c.name = r.Method + " " + r.URL.EscapedPath()
	}
	if _, rest, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		c.key, _, _ = strings.Cut(rest, "/")
	}
	w.mu.Lock()
	w.calls = append(w.calls, c)
	w.mu.Unlock()
	answer, ok := w.answers[c.name]
	if !ok {
		http.Error(out, "unknown call", http.StatusNotImplemented)
		return
	}
	answerJSON(out, answer)
}

// saw returns the calls with the name, at least one.
func (w *wire) saw(t *testing.T, name string) []wireCall {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []wireCall
	var names []string
	for _, c := range w.calls {
		names = append(names, c.name)
		if c.name == name {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %s among %v", name, names)
	}
	return found
}

// invokeWired starts binary with the wire as its AWS, and one event.
func invokeWired(t *testing.T, fn contract.Function, binary string, w *wire, event []byte) outcome {
	t.Helper()
	server := httptest.NewServer(w)
	defer server.Close()
	env := handlertest.Environment(fn)
	reach(env, server.URL)
	return invoke(t, binary, env, event)
}

// reach has a function call an endpoint, with credentials of its execution role.
func reach(env map[string]string, endpoint string) {
	env["AWS_REGION"], env["AWS_ENDPOINT_URL"] = "us-east-1", endpoint
	env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"] = "ASIAOFTHEFUNCTION", "example", "example"
}

// answerSession answers AssumeRole with credentials of a tenant.
func answerSession(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAOFTHETENANT</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken><Expiration>%s</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

// answerJSON answers as DynamoDB does, with the checksum that the SDK verifies.
func answerJSON(w http.ResponseWriter, answer string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(answer))))
	_, _ = io.WriteString(w, answer)
}
