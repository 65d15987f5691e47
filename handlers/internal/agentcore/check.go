package agentcore

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Bounds of an answer's parts. Together they fit into a message of the WebSocket
// API and, twice, into an item of a table.
const (
	maxText      = 32 << 10 // bytes
	maxCitations = 20       // as many as a search returns at the most
	maxTitle     = 300      // bytes
	maxSnippet   = 1 << 10  // bytes
	maxActions   = 10
	maxInputs    = 40 << 10 // bytes of all actions' inputs together: the others go without
	maxID        = 64       // bytes
)

// check makes an answer one that can be handed on: what is too long is cut, and
// what can't be true is an error.
func check(a *contract.AgentAnswer) error {
	if a.Text = cut(a.Text, maxText); strings.TrimSpace(a.Text) == "" {
		return errors.New("the answer has no text")
	}
	if !share(a.Confidence) {
		return errors.New("the answer's confidence is not from 0 to 1")
	}
	if len(a.Citations) > maxCitations || len(a.PendingActions) > maxActions {
		return fmt.Errorf("the answer has %d citations and %d actions", len(a.Citations), len(a.PendingActions))
	}
	for n := range a.Citations {
		if err := citation(&a.Citations[n]); err != nil {
			return err
		}
	}
	inputs := 0
	for n := range a.PendingActions {
		p := &a.PendingActions[n]
		if err := action(p); err != nil {
			return err
		}
		if inputs += len(p.Input); inputs > maxInputs {
			p.Input = nil
		}
	}
	if a.Escalation != nil {
		if err := action(a.Escalation); err != nil {
			return err
		}
		if a.Escalation.Type != contract.ToolEscalateToHuman {
			return errors.New("the answer's escalation is another action")
		}
	}
	for _, n := range []*int{&a.Usage.InputTokens, &a.Usage.OutputTokens, &a.Usage.Invocations, &a.Usage.Throttles, &a.Usage.ToolCalls, &a.Usage.RetrievalHits} {
		*n = max(*n, 0)
	}
	a.Usage.BestScore = min(max(a.Usage.BestScore, 0), 1)
	a.Refused = a.Refused || a.Blocked
	a.Grounded = a.Grounded && len(a.Citations) > 0 && !a.Refused // whatever it says: nothing to rest on
	return nil
}

// passes reports whether an event on the way to the answer can be handed on.
func passes(e *contract.AgentEvent) bool {
	switch e.Type {
	case contract.AgentEventDelta:
		return e.Text != ""
	case contract.AgentEventCitation:
		return e.Citation != nil && citation(e.Citation) == nil
	case contract.AgentEventAction:
		return e.Action != nil && len(e.Action.Input) <= maxInputs && action(e.Action) == nil
	}
	return false
}

func citation(c *contract.Citation) error {
	if c.DocumentID == "" || len(c.DocumentID) > maxID || !share(c.RelevanceScore) {
		return errors.New("a citation has no document, or a score that is not from 0 to 1")
	}
	c.DocumentTitle, c.Snippet = cut(c.DocumentTitle, maxTitle), cut(c.Snippet, maxSnippet)
	return nil
}

func action(a *contract.Action) error {
	if _, err := store.ActionTime(a.ActionID); err != nil {
		return errors.New("an action's id can't be one")
	}
	if !slices.Contains(contract.ActionTypes, a.Type) || a.Step != contract.ActionRequested {
		return errors.New("an action is not one that was requested")
	}
	if len(a.Input) > contract.ActionInputMax || (len(a.Input) > 0 && !json.Valid(a.Input)) {
		return errors.New("an action's input is not as it must be")
	}
	if len(a.ConversationID) > maxID || len(a.TicketID) > maxID || len(a.ExpiresAt) > maxID || len(a.Reason) > maxSnippet {
		return errors.New("an action is too long")
	}
	return nil
}

// share reports whether x is from 0 to 1.
func share(x float64) bool { return !math.IsNaN(x) && x >= 0 && x <= 1 }

// cut is s with at most n bytes, of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
