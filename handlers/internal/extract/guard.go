package extract

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"time"
)

var (
	errTime   = errors.New("the document takes too long")
	errMemory = errors.New("the document takes too much memory")
)

// heapInterval is how often the heap is looked at while a document is read: some
// parsers unpack stream by stream with a limit for each, but none for all.
const heapInterval = 5 * time.Millisecond

// guarded runs work, which reads a document that nobody has to trust, and returns
// what it returns. A panic of it rejects the document as broken; more time or
// memory than limits has, as too complex. work goes on in the background until
// it looks at its context, which has ended then.
func guarded(parent context.Context, limits Limits, work func(context.Context) (Document, error)) (Document, error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	type result struct {
		document Document
		err      error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: reject(Broken, fmt.Errorf("a parser gave up: %v", p))}
			}
			done <- r
		}()
		r.document, r.err = work(ctx)
	}()
	timeout := time.NewTimer(limits.Time)
	defer timeout.Stop()
	heap := time.NewTicker(heapInterval)
	defer heap.Stop()
	before := heapBytes()
	stop := func(cause error) (Document, error) {
		cancel(cause)
		return Document{}, reject(TooComplex, cause)
	}
	for {
		select {
		case r := <-done:
			if r.err != nil && parent.Err() != nil {
				return Document{}, ended(parent, parent.Err())
			}
			return r.document, r.err
		case <-parent.Done():
			return Document{}, ended(parent, parent.Err())
		case <-timeout.C:
			return stop(errTime)
		case <-heap.C:
			if now := heapBytes(); now > before && now-before > limits.Memory {
				return stop(errMemory)
			}
		}
	}
}

// heapBytes are the bytes of all objects on the heap, dead ones that were not
// collected yet among them.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
