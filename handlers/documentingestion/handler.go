package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// invocation is what the state machine sends.
type invocation struct {
	Step string `json:"step"` // one of contract.Step...
}

// handler does the steps of the ingestion state machine.
type handler struct{ log *slog.Logger }

// handle fails, so that the state machine takes its failure path.
func (h handler) handle(ctx context.Context, in invocation) (json.RawMessage, error) {
	h.log.WarnContext(ctx, "not implemented", "step", in.Step)
	return nil, problem.NotImplemented{Function: contract.DocumentIngestion.Name}
}
