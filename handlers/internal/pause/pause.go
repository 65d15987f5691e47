// Package pause says how long to wait between two attempts of a call.
package pause

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// jittered is exponential backoff with full jitter: anything between nothing and
// the bound, which doubles. It ends the attempts when the caller's time would
// end first.
type jittered struct {
	*backoff.ExponentialBackOff
	ctx context.Context
}

// New returns the pauses of one call: at most base after the first attempt, then
// twice as much, and so on, up to limit.
func New(ctx context.Context, base, limit time.Duration) backoff.BackOff {
	return jittered{&backoff.ExponentialBackOff{
		InitialInterval: base / 2, MaxInterval: limit / 2, Multiplier: 2,
		RandomizationFactor: 1, // the interval, more or less all of it
	}, ctx}
}

func (p jittered) NextBackOff() time.Duration {
	next := p.ExponentialBackOff.NextBackOff()
	if deadline, ok := p.ctx.Deadline(); ok && time.Until(deadline) <= next {
		return backoff.Stop
	}
	return next
}
