package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/flowops/flowops/contract"
)

// SessionHeader is where InvokeAgentRuntime has the runtime's session id.
const SessionHeader = "X-Amzn-Bedrock-Agentcore-Runtime-Session-Id"

// Agents stand in for tenants' agents on AgentCore: they answer with the events
// that a script says, one by one, as a stream of server-sent events.
type Agents struct {
	mu       sync.Mutex
	runtimes map[string]*Runtime // by ARN
	script   func(contract.AgentRequest) []contract.AgentEvent
	asked    []Asked
}

// unscripted is what an agent says without a script: that it is none.
func unscripted(contract.AgentRequest) []contract.AgentEvent {
	const text = "This is a stand-in for the tenant's agent: it knows nothing."
	return []contract.AgentEvent{
		{Type: contract.AgentEventDelta, Text: text},
		{Type: contract.AgentEventAnswer, Answer: &contract.AgentAnswer{Text: text, Citations: []contract.Citation{}, PendingActions: []contract.Action{}, Refused: true}},
	}
}

// Asked is what an agent was asked.
type Asked struct {
	contract.AgentRequest
	ARN, Session string
}

// Run has a runtime answer for an agent, unless there is a script.
func (a *Agents) Run(arn string, r *Runtime) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.runtimes == nil {
		a.runtimes = map[string]*Runtime{}
	}
	a.runtimes[arn] = r
}

// SetScript says what agents answer; nil for what their runtimes say.
func (a *Agents) SetScript(script func(contract.AgentRequest) []contract.AgentEvent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.script = script
}

// Asked is all that agents were asked so far.
func (a *Agents) Asked() []Asked {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Asked(nil), a.asked...)
}

func (a *Agents) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in contract.AgentRequest
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	arn := strings.TrimSuffix(strings.TrimPrefix(r.URL.EscapedPath(), "/runtimes/"), "/invocations")
	if plain, bad := url.PathUnescape(arn); bad == nil {
		arn = plain
	}
	if err != nil {
		fail(w, &Fault{Status: http.StatusBadRequest, Code: "ValidationException"})
		return
	}
	session := r.Header.Get(SessionHeader)
	a.mu.Lock()
	a.asked = append(a.asked, Asked{in, arn, session})
	script := a.script
	runtime := a.runtimes[arn]
	a.mu.Unlock()
	if script == nil && runtime != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		runtime.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set(SessionHeader, session)
	out := http.NewResponseController(w)
	if script == nil {
		script = unscripted
	}
	for _, event := range script(in) {
		text, err := json.Marshal(event)
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil {
			return
		}
		_ = out.Flush()
	}
}
