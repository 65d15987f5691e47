package main

import (
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func TestEnvironment(t *testing.T) {
	handlertest.NeedsEnvironment(t, contract.DocumentIngestion, wire)
}

func TestFailsEveryStep(t *testing.T) {
	steps := []string{
		"", contract.StepValidate, contract.StepAwaitApproval, contract.StepChunk, contract.StepEmbed,
		contract.StepIndex, contract.StepUpdateMetadata, contract.StepRecordFailure,
	}
	for _, step := range steps {
		t.Run("step "+step, func(t *testing.T) {
			handle, log := handlertest.Handler(t, contract.DocumentIngestion, wire)
			in := handlertest.Event[invocation](t, "validate.json")
			if in.Step != contract.StepValidate {
				t.Fatalf("step of the event is %q", in.Step)
			}
			in.Step = step
			output, err := handle(handlertest.Context(), in)
			handlertest.FailsAsNotImplemented(t, contract.DocumentIngestion, err)
			if output != nil {
				t.Errorf("output is %s", output)
			}
			handlertest.LogsFacts(t, log, "confidential")
		})
	}
}
