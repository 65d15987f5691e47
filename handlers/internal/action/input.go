package action

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
	"github.com/flowops/flowops/handlers/internal/redact"
	"github.com/flowops/flowops/handlers/internal/schema"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Tools are the tools that actions are made of, with their inputs' schemas.
type Tools struct {
	schemas map[string]*schema.Schema
	confirm map[string]bool
}

// NewTools reads the contract's tools.
func NewTools() (Tools, error) {
	all, err := contract.Tools()
	if err != nil {
		return Tools{}, err
	}
	t := Tools{map[string]*schema.Schema{}, map[string]bool{}}
	for _, tool := range all {
		if !slices.Contains(contract.ActionTypes, tool.Name) {
			continue
		}
		if t.schemas[tool.Name], err = schema.Compile(tool.Name, tool.InputSchema); err != nil {
			return Tools{}, err
		}
		t.confirm[tool.Name] = tool.RequiresConfirmation
	}
	if len(t.schemas) != len(contract.ActionTypes) {
		return Tools{}, fmt.Errorf("%d of %d action types are tools", len(t.schemas), len(contract.ActionTypes))
	}
	return t, nil
}

// NeedsConfirmation reports whether a person must confirm an action of the kind.
func (t Tools) NeedsConfirmation(kind string) bool { return t.confirm[kind] }

// Redacted is an input as it is stored, or what is wrong with it, field by
// field.
func (t Tools) Redacted(kind string, input []byte) (string, []problem.Field) {
	value, wrong := t.schemas[kind].Read(input)
	for n, w := range wrong {
		if wrong[n].Field = "input"; w.Field != "body" {
			wrong[n].Field += "." + w.Field
		}
	}
	if len(wrong) > 0 {
		return "", wrong
	}
	text, err := json.Marshal(redacted(value))
	if err != nil {
		return "", []problem.Field{{Field: "input", Detail: "can't be stored"}}
	}
	stored := string(text)
	if len(stored) > contract.ActionInputMax { // no schema allows it so far
		return "", []problem.Field{{Field: "input", Detail: fmt.Sprintf("has more than %d bytes", contract.ActionInputMax)}}
	}
	if kind == contract.ToolRequestLogs {
		if _, err := readSpan(stored); err != nil {
			return "", []problem.Field{{Field: "input.to", Detail: "must be a time, and later than from"}}
		}
	}
	return stored, nil
}

// redacted is a JSON value without personal data in its strings. Property names
// are the schema's.
func redacted(value any) any {
	switch v := value.(type) {
	case string:
		return redact.String(v)
	case []any:
		for n := range v {
			v[n] = redacted(v[n])
		}
	case map[string]any:
		for name := range v {
			v[name] = redacted(v[name])
		}
	}
	return value
}

// errInput is the error of a stored input that can't be carried out: the agent
// wrote it, and nothing but its tool's schema bound it.
var errInput = fmt.Errorf("the input is not what the tool takes")

func readDraft(request contract.AuditItem) (store.TicketDraft, error) {
	var in struct{ Subject, Description, Priority, Category string }
	if err := json.Unmarshal([]byte(request.Input), &in); err != nil || in.Subject == "" || in.Description == "" ||
		!slices.Contains(contract.TicketPriorities, in.Priority) {
		return store.TicketDraft{}, errInput
	}
	return store.TicketDraft{
		Subject: in.Subject, Description: in.Description, Priority: in.Priority, Category: in.Category, ConversationID: request.ConversationID,
	}, nil
}

// readSeverity is the severity of an escalation, 1 to 5. JSON Schema takes 3.0
// for an integer.
func readSeverity(input string) (int, error) {
	var in struct {
		Reason   string
		Severity *float64
	}
	if err := json.Unmarshal([]byte(input), &in); err != nil || in.Reason == "" {
		return 0, errInput
	}
	if in.Severity == nil {
		return contract.DefaultSeverity, nil
	}
	severity := int(*in.Severity)
	if float64(severity) != *in.Severity || severity < 1 || severity > 5 {
		return 0, errInput
	}
	return severity, nil
}

type span struct{ from, to time.Time }

func readSpan(input string) (span, error) {
	var in struct {
		Component string
		From, To  time.Time
	}
	if err := json.Unmarshal([]byte(input), &in); err != nil || in.Component == "" || !in.From.Before(in.To) {
		return span{}, errInput
	}
	return span{in.From, in.To}, nil
}
