package local

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/flowops/flowops/contract"
)

// SessionHeader is where InvokeAgentRuntime has the runtime's session id.
const SessionHeader = "X-Amzn-Bedrock-Agentcore-Runtime-Session-Id"

// Agents stand in for tenants' agents on AgentCore: they answer with the events
// that a script says, one by one, as a stream of server-sent events.
type Agents struct {
	mu     sync.Mutex
	script func(contract.AgentRequest) []contract.AgentEvent
	asked  []Asked
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
	Path, Session string
}

// SetScript says what agents answer.
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
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, &Fault{Status: http.StatusBadRequest, Code: "ValidationException"})
		return
	}
	session := r.Header.Get(SessionHeader)
	a.mu.Lock()
	a.asked = append(a.asked, Asked{in, r.URL.EscapedPath(), session})
	script := a.script
	a.mu.Unlock()
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
