package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/problem"
)

// handler prepares the search domain.
type handler struct{ log *slog.Logger }

// handle fails, and with it the deploy: a domain that nobody prepared lets
// nobody in, and a success here would hide that.
func (h handler) handle(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
	h.log.WarnContext(ctx, "not implemented")
	return nil, problem.NotImplemented{Function: contract.SearchAdmin.Name}
}
