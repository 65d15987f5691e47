package main

import (
	"bytes"
	"encoding/json"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/redact"
)

func redactCitation(c contract.Citation) contract.Citation {
	c.DocumentTitle, c.Snippet = redact.String(c.DocumentTitle), redact.String(c.Snippet)
	return c
}

func redactCitations(all []contract.Citation) []contract.Citation {
	redacted := make([]contract.Citation, len(all))
	for n, c := range all {
		redacted[n] = redactCitation(c)
	}
	return redacted
}

func redactAction(a contract.Action) contract.Action {
	a.Input, a.Reason = redactJSON(a.Input), redact.String(a.Reason)
	return a
}

func redactActions(all []contract.Action) []contract.Action {
	redacted := make([]contract.Action, len(all))
	for n, a := range all {
		redacted[n] = redactAction(a)
	}
	return redacted
}

// redactJSON redacts the strings in a JSON text. One that can't be read is left
// out.
func redactJSON(text json.RawMessage) json.RawMessage {
	if len(text) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // numbers stay as they are written
	var value any
	if d.Decode(&value) != nil {
		return nil
	}
	return marshal(redactValue(value))
}

func redactValue(value any) any {
	switch v := value.(type) {
	case string:
		return redact.String(v)
	case []any:
		for n := range v {
			v[n] = redactValue(v[n])
		}
	case map[string]any:
		clean := make(map[string]any, len(v))
		for name, x := range v {
			clean[redact.String(name)] = redactValue(x)
		}
		return clean
	}
	return value
}
