package main

import (
	"context"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// embed makes the vectors of one batch and leaves them beside its chunks. What was
// made before is not made again: of a batch whose invocation failed or ran out of
// time, the next one makes the rest.
func (h handler) embed(ctx context.Context, s step) error {
	chunks, err := s.checkWork()
	if err != nil {
		return err
	}
	batch := s.in.Batch
	if batch < 0 || batch >= batches(chunks.Count) {
		return &steps.PayloadError{Problem: "there is no such batch"}
	}
	if _, found, err := s.current(ctx); err != nil || found != learning {
		return err
	}
	pieces, digest, err := h.readChunks(ctx, s, batch, chunks.Count)
	if err != nil {
		return err
	}
	made, err := h.readVectors(ctx, s, batch, digest, len(pieces))
	if err != nil {
		return err
	}
	before := complete(made.Vectors)
	if before == len(pieces) {
		return nil
	}
	texts := make([]string, len(pieces))
	for i, p := range pieces {
		texts[i] = p.Text
	}
	var used usage
	failed := h.model.embed(ctx, texts, made.Vectors, &used)
	h.measure(ctx, s, telemetry.Value{Metric: contract.MetricBedrockInvocations, Value: float64(used.invocations.Load())},
		telemetry.Value{Metric: contract.MetricBedrockThrottles, Value: float64(used.throttles.Load())})
	if complete(made.Vectors) > before {
		// The step's own time may be what is over; Lambda's is not yet.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reserve-2*time.Second)
		defer cancel()
		if err := h.writeWork(ctx, s, s.vectorKey(batch), made); err != nil && failed == nil {
			return err
		}
	}
	if failed != nil && modelRecovers(failed) {
		return later(s.in, "embed", failed)
	}
	return failed
}

// complete is how many vectors there are.
func complete(vectors [][]float32) int {
	count := 0
	for _, v := range vectors {
		if v != nil {
			count++
		}
	}
	return count
}
