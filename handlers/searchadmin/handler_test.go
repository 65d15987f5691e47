package main

import (
	"encoding/json"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) { handlertest.NeedsEnvironment(t, contract.SearchAdmin, wire) }

func TestFails(t *testing.T) {
	tests := []struct {
		name  string
		input json.RawMessage
	}{
		{"at a deploy", handlertest.Event[json.RawMessage](t, "deploy.json")},
		{"an empty input", json.RawMessage(`{}`)},
		{"null", json.RawMessage(`null`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.SearchAdmin, wire)
			output, err := handle(handlertest.Context(), tt.input)
			handlertest.FailsAsNotImplemented(t, contract.SearchAdmin, err)
			if output != nil {
				t.Errorf("output is %s", output)
			}
			handlertest.LogsFacts(t, log, "confidential")
		})
	}
}
