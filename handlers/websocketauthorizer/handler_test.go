package main

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) {
	handlertest.NeedsEnvironment(t, contract.WebSocketAuthorizer, wire)
}

func TestLetsNobodyIn(t *testing.T) {
	tests := []struct {
		name   string
		change func(*events.APIGatewayCustomAuthorizerRequestTypeRequest)
	}{
		{"with a token", func(*events.APIGatewayCustomAuthorizerRequestTypeRequest) {}},
		{"without a token", func(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			e.Headers, e.QueryStringParameters = nil, nil
		}},
		{"an empty event", func(e *events.APIGatewayCustomAuthorizerRequestTypeRequest) {
			*e = events.APIGatewayCustomAuthorizerRequestTypeRequest{}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.WebSocketAuthorizer, wire)
			event := handlertest.Event[events.APIGatewayCustomAuthorizerRequestTypeRequest](t, "websocket-authorizer.json")
			tt.change(&event)
			response, err := handle(handlertest.Context(), event)
			handlertest.FailsAsNotImplemented(t, contract.WebSocketAuthorizer, err)
			if d := cmp.Diff(events.APIGatewayCustomAuthorizerResponse{}, response); d != "" {
				t.Errorf("response (-want +got):\n%s", d)
			}
			handlertest.LogsFacts(t, log, "eyJraWQi")
		})
	}
}
