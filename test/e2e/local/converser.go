package local

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

// request is a request of ConverseStream, as far as it is looked at.
type request struct {
	Messages []struct {
		Role    string
		Content []struct {
			Text       string
			ToolResult *struct {
				Content []struct {
					JSON struct {
						Passages []struct{ Cite, Text string }
					}
				}
			}
		}
	}
	GuardrailConfig struct{ GuardrailIdentifier, GuardrailVersion, StreamProcessingMode string }
}

// converse answers as a model that uses tools does, by simple rules: it searches
// for what it is asked; who wants a person gets one, and who wants a ticket a
// proposal; and of what the search found it quotes the first passage.
func converse(w http.ResponseWriter, r *http.Request) {
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) == 0 {
		fail(w, &Fault{Status: http.StatusBadRequest, Code: "ValidationException"})
		return
	}
	if g := in.GuardrailConfig; g.GuardrailIdentifier == "" || g.GuardrailVersion == "" || g.StreamProcessingMode != "sync" {
		fail(w, &Fault{Status: http.StatusBadRequest, Code: "ValidationException"}) // no call without the guardrail
		return
	}
	w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
	out := stream{w, eventstream.NewEncoder()}
	question, results, quote := in.read()
	switch lower := strings.ToLower(question); {
	case results > 0 && quote != "" && strings.Contains(lower, "step by step"):
		out.text("The manual says: "+quote+" ", "It says so on purpose: "+quote)
	case results > 0 && quote != "":
		out.text("The manual says: " + quote)
	case results > 0:
		out.text("That is all that I can do here.")
	case strings.Contains(lower, "a person"):
		out.tool("escalate_to_human", map[string]any{"reason": "The customer asks for a person.", "severity": 2})
	case strings.Contains(lower, "ticket"):
		out.tool("create_ticket", map[string]any{"subject": "Asked for in a chat", "description": question, "priority": "low"})
	default:
		out.tool("search_knowledge_base", map[string]any{"query": question})
	}
}

// read is the last question, how many results of tools followed it, and the
// first sentence of the first passage among them, with its marker.
func (r request) read() (question string, results int, quote string) {
	for _, m := range r.Messages {
		for _, c := range m.Content {
			if m.Role == "user" && c.Text != "" {
				question, results, quote = c.Text, 0, ""
			}
			if c.ToolResult == nil {
				continue
			}
			results++
			for _, part := range c.ToolResult.Content {
				if len(part.JSON.Passages) > 0 && quote == "" {
					p := part.JSON.Passages[0]
					lines := strings.Split(strings.TrimSpace(p.Text), "\n")
					quote = strings.TrimSuffix(lines[len(lines)-1], ".") + " " + p.Cite + "."
				}
			}
		}
	}
	return question, results, quote
}

// stream writes the events of an answer (Amazon Bedrock API Reference,
// ConverseStream).
type stream struct {
	w       http.ResponseWriter
	encoder *eventstream.Encoder
}

func (s stream) event(kind string, payload any) {
	text, _ := json.Marshal(payload)
	_ = s.encoder.Encode(s.w, eventstream.Message{
		Headers: eventstream.Headers{
			{Name: ":message-type", Value: eventstream.StringValue("event")},
			{Name: ":event-type", Value: eventstream.StringValue(kind)},
			{Name: ":content-type", Value: eventstream.StringValue("application/json")},
		},
		Payload: text,
	})
}

// thought is the pause between two parts of a text: longer than agent-invoke
// collects what it sends.
const thought = 500 * time.Millisecond

func (s stream) text(parts ...string) {
	s.event("messageStart", map[string]any{"role": "assistant"})
	for i, part := range parts {
		if i > 0 {
			_ = http.NewResponseController(s.w).Flush()
			time.Sleep(thought)
		}
		for _, word := range strings.SplitAfter(part, " ") {
			s.event("contentBlockDelta", map[string]any{"contentBlockIndex": 0, "delta": map[string]any{"text": word}})
		}
	}
	s.end("end_turn")
}

func (s stream) tool(name string, input map[string]any) {
	text, _ := json.Marshal(input)
	s.event("messageStart", map[string]any{"role": "assistant"})
	s.event("contentBlockStart", map[string]any{"contentBlockIndex": 0, "start": map[string]any{"toolUse": map[string]any{"toolUseId": "tool-1", "name": name}}})
	s.event("contentBlockDelta", map[string]any{"contentBlockIndex": 0, "delta": map[string]any{"toolUse": map[string]any{"input": string(text)}}})
	s.end("tool_use")
}

func (s stream) end(reason string) {
	s.event("contentBlockStop", map[string]any{"contentBlockIndex": 0})
	s.event("messageStop", map[string]any{"stopReason": reason})
	s.event("metadata", map[string]any{"usage": map[string]any{"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}, "metrics": map[string]any{"latencyMs": 1}})
}
