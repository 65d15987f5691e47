package main

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.SafeActions, wire) }

func TestNotImplemented(t *testing.T) {
	origins := []struct {
		name, origin string
		headers      map[string]string
	}{
		{"no origin", "", map[string]string{"Vary": "Origin"}},
		{"allowed origin", handlertest.Origin, map[string]string{"Vary": "Origin", "Access-Control-Allow-Origin": handlertest.Origin}},
		{"other origin", "https://evil.example", map[string]string{"Vary": "Origin"}},
	}
	for _, file := range []string{"rest-post-action.json"} {
		for _, tt := range origins {
			t.Run(file+", "+tt.name, func(t *testing.T) {
				handle, log := handlertest.Handler(t, contract.SafeActions, wire)
				event := handlertest.Event[events.APIGatewayProxyRequest](t, file)
				event.Headers["Origin"] = tt.origin
				response, err := handle(handlertest.Context(), event)
				if err != nil {
					t.Fatal(err)
				}
				handlertest.IsNotImplemented(t, contract.SafeActions, event.RequestContext.RequestID, tt.headers, response)
				handlertest.LogsFacts(t, log, "confidential", "jane@example.com", "eyJraWQi")
			})
		}
	}
}
