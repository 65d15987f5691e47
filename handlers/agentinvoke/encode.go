package main

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/connection"
)

// maxStored is how large a turn's events are kept, in bytes of JSON: an item has
// 400 KB (DynamoDB quotas), and JSON is longer than what it stands for.
const maxStored = 250 << 10

// encode is an event as clients get it. One that would be too large for a
// message goes without what is in the conversation anyway.
func encode(e contract.ChatEvent) []byte {
	text := marshal(e)
	if len(text) <= connection.MaxMessage || e.Answer == nil {
		return text
	}
	answer := *e.Answer
	e.Answer = &answer
	answer.PendingActions = slices.Clone(answer.PendingActions)
	for n := range answer.PendingActions {
		answer.PendingActions[n].Input = nil
	}
	if text = marshal(e); len(text) <= connection.MaxMessage {
		return text
	}
	answer.Citations = slices.Clone(answer.Citations)
	for n := range answer.Citations {
		answer.Citations[n].Snippet = ""
	}
	for text = marshal(e); len(text) > connection.MaxMessage && len(answer.Text) > 0; text = marshal(e) {
		answer.Text = string([]rune(answer.Text)[:len([]rune(answer.Text))/2]) // JSON that escapes nearly every character
	}
	return text
}

func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // strings, numbers and JSON that was checked: it can't fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// stored are events as the turn keeps them: without deltas, with last in place
// of the last one, and redacted. Where they are too large, the last one alone is
// kept, which has all that the others say.
func stored(events []contract.ChatEvent, last contract.ChatEvent) []contract.ChatEvent {
	kept, size := []contract.ChatEvent{}, 0
	for _, e := range events[:len(events)-1] {
		if e.Type == contract.EventTypeDelta {
			continue
		}
		if e.Citation != nil {
			c := redactCitation(*e.Citation)
			e.Citation = &c
		}
		if e.Action != nil {
			a := redactAction(*e.Action)
			e.Action = &a
		}
		kept, size = append(kept, e), size+len(marshal(e))
	}
	if size+len(marshal(last)) > maxStored {
		kept = kept[:0]
	}
	return append(kept, last)
}
