// Command documentingestion does the steps of the ingestion state machine.
package main

import (
	"context"
	"encoding/json"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/start"
)

func main() { start.Lambda(contract.DocumentIngestion, wire) }

func wire(_ context.Context, in start.Input) (start.Handler[invocation, json.RawMessage], error) {
	h := handler{log: in.Log}
	return h.handle, nil
}
