package main

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.WebSocket, wire) }

func TestNotImplemented(t *testing.T) {
	tests := []struct {
		file  string
		route contract.WebSocketRoute
	}{
		{"websocket-connect.json", contract.RouteConnect},
		{"websocket-chat.json", contract.RouteChat},
		{"websocket-disconnect.json", contract.RouteDisconnect},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.WebSocket, wire)
			event := handlertest.Event[events.APIGatewayWebsocketProxyRequest](t, tt.file)
			if event.RequestContext.RouteKey != string(tt.route) {
				t.Fatalf("route of the event is %q", event.RequestContext.RouteKey)
			}
			response, err := handle(handlertest.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			handlertest.IsNotImplemented(t, contract.WebSocket, event.RequestContext.RequestID, nil, response)
			handlertest.LogsFacts(t, log, "confidential", "jane@example.com", "eyJraWQi")
		})
	}
}
