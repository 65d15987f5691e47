package main

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.AgentInvoke, wire) }

func TestRest(t *testing.T) {
	tests := []struct {
		name, origin string
		headers      map[string]string
	}{
		{"no origin", "", map[string]string{"Vary": "Origin"}},
		{"allowed origin", handlertest.Origin, map[string]string{"Vary": "Origin", "Access-Control-Allow-Origin": handlertest.Origin}},
		{"other origin", "https://evil.example", map[string]string{"Vary": "Origin"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.AgentInvoke, wire)
			event := handlertest.Event[events.APIGatewayProxyRequest](t, "rest-post-chat.json")
			event.Headers["Origin"] = tt.origin
			payload, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			response, err := handle(handlertest.Context(), payload)
			if err != nil {
				t.Fatal(err)
			}
			handlertest.IsNotImplemented(t, contract.AgentInvoke, event.RequestContext.RequestID, tt.headers, response)
			handlertest.LogsFacts(t, log, "confidential", "jane@example.com", "eyJraWQi")
		})
	}
}

func TestAsynchronous(t *testing.T) {
	tests := []struct {
		name    string
		payload json.RawMessage
	}{
		{"a message of the websocket function", handlertest.Event[json.RawMessage](t, "chat-message.json")},
		{"a message that imitates a request", json.RawMessage(`{"message":{"httpMethod":"POST","requestContext":{"requestId":"1"}}}`)},
		{"half a request", json.RawMessage(`{"httpMethod":"POST","body":"confidential"}`)},
		{"an array", json.RawMessage(`[{"httpMethod":"POST"}]`)},
		{"null", json.RawMessage(`null`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.AgentInvoke, wire)
			response, err := handle(handlertest.Context(), tt.payload)
			handlertest.FailsAsNotImplemented(t, contract.AgentInvoke, err)
			if d := cmp.Diff(events.APIGatewayProxyResponse{}, response); d != "" {
				t.Errorf("response (-want +got):\n%s", d)
			}
			handlertest.LogsFacts(t, log, "confidential")
		})
	}
}
