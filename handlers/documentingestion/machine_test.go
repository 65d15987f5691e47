package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// machine walks the steps as the state machine does (stacks/orchestration_*.go):
// their order, their payloads, and which errors are tried again.
type machine struct {
	w        *world
	object   contract.IngestedObject
	approval bool // is required
	// decide answers a wait: approved or not, or the name of the error that ends it.
	decide func(token string) (bool, string)
	// between is called before each step.
	between func(step string)

	document contract.IngestionDocument
	chunks   contract.IngestionChunks
	decision string
	end      string // the state that it ended in
	failure  string // name of the error that it failed with
}

// attempts of a step whose error may pass (stepRetries).
const attempts = 7

// invoke is one invocation, through JSON. The name of its error is Lambda's.
func (w *world) invoke(in contract.IngestionStep, out any) string {
	w.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	in = contract.IngestionStep{}
	if err := json.Unmarshal(raw, &in); err != nil {
		w.t.Fatal(err)
	}
	answer, err := w.h.handle(context.Background(), in)
	if err != nil {
		t := reflect.TypeOf(err)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		return t.Name()
	}
	raw, err = json.Marshal(answer)
	if err == nil && out != nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return ""
}

// step does a step, again while its error may pass.
func (m *machine) step(in contract.IngestionStep, out any) string {
	m.w.t.Helper()
	in.Object = m.object
	name := ""
	for range attempts {
		if m.between != nil {
			m.between(in.Step)
		}
		name = m.w.invoke(in, out)
		if name != contract.ErrorTransient {
			break
		}
	}
	return name
}

// run is an execution.
func (m *machine) run() *machine {
	m.w.t.Helper()
	next := m.validate
	for next != nil {
		next = next()
	}
	return m
}

type next func() next

func (m *machine) validate() next {
	if name := m.step(contract.IngestionStep{Step: contract.StepValidate, ApprovalRequired: m.approval}, &m.document); name != "" {
		return m.fail(name)
	}
	m.decision = m.document.Decision
	switch m.decision {
	case contract.DecisionApproved:
		return m.learn
	case contract.DecisionStale:
		m.end = "Ignored"
		return nil
	case contract.DecisionApproval:
		return m.await
	}
	return m.reject(m.document.Reason)
}

func (m *machine) await() next {
	token := ""
	in := contract.IngestionStep{Step: contract.StepAwaitApproval, Document: &m.document, WaitSeconds: 60}
	name := ""
	for range attempts {
		m.w.mu.Lock()
		m.w.tokens++
		token = fmt.Sprintf("token-%d", m.w.tokens)
		m.w.mu.Unlock()
		in.Object, in.TaskToken = m.object, token
		if m.between != nil {
			m.between(in.Step)
		}
		if name = m.w.invoke(in, nil); name != contract.ErrorTransient {
			break
		}
	}
	approved := false
	if name == "" {
		approved, name = m.decide(token)
	}
	switch {
	case name == contract.ErrorWithdrawn:
		m.end = "Ignored"
		return nil
	case name == "States.Timeout":
		return m.reject("Nobody decided on it within 14 days.")
	case name != "":
		return m.fail(name)
	case approved:
		return m.learn
	}
	return m.reject("A person rejected it.")
}

func (m *machine) learn() next {
	if name := m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks); name != "" {
		return m.fail(name)
	}
	handed := contract.IngestionChunks{Work: m.chunks.Work, Count: m.chunks.Count} // as the map's item selector has it
	for _, batch := range m.chunks.Batches {
		in := contract.IngestionStep{Step: contract.StepEmbed, Document: &m.document, Chunks: &handed, Batch: batch}
		if name := m.step(in, nil); name != "" {
			return m.fail("States.ExceedToleratedFailureThreshold")
		}
	}
	if name := m.step(contract.IngestionStep{Step: contract.StepIndex, Document: &m.document, Chunks: &m.chunks}, nil); name != "" {
		return m.fail(name)
	}
	done := contract.IngestionStep{Step: contract.StepUpdateMetadata, Document: &m.document, Chunks: &m.chunks, Status: contract.StatusIndexed}
	if name := m.step(done, nil); name != "" {
		return m.fail(name)
	}
	m.end = "Done"
	return nil
}

func (m *machine) reject(reason string) next {
	in := contract.IngestionStep{Step: contract.StepUpdateMetadata, Document: &m.document, Status: contract.StatusRejected, Reason: reason}
	if name := m.step(in, nil); name != "" {
		return m.fail(name)
	}
	m.end = "Rejected"
	return nil
}

func (m *machine) fail(name string) next {
	m.end, m.failure = "Failed", name
	m.step(contract.IngestionStep{Step: contract.StepRecordFailure, Document: &m.document, Error: name, Cause: "confidential: line 3"}, nil)
	return nil
}

// person decides on a document's version as the records function does, with the
// token that is stored.
func (w *world) person(d contract.Document, version int, approved bool) func(string) (bool, string) {
	return func(token string) (bool, string) {
		w.t.Helper()
		w.quietly(func() {
			decided, err := w.store(d.TenantID).Decide(context.Background(), store.Decision{DocumentID: d.DocumentID, Version: version, Approved: approved, By: "person", Reason: "r"})
			if err != nil || decided.Token != token {
				w.t.Errorf("a decision for %s ends %s: %v", token, decided.Token, err)
			}
			if err := w.store(d.TenantID).Settle(context.Background(), decided, store.Request{}); err != nil {
				w.t.Error(err)
			}
		})
		return approved, ""
	}
}
