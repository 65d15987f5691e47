package main

import (
	"context"
	"time"
)

// The time of a message. API Gateway's own limit for an integration is 29 s
// ("Quotas for configuring and running a REST API"), Lambda's is the function's
// timeout.
const (
	// restTime is until when a request has its answer, and the half second that
	// package rest keeps for writing it.
	restTime = 28*time.Second + 500*time.Millisecond
	// lambdaReserve is kept of an asynchronous invocation's time.
	lambdaReserve = 500 * time.Millisecond
	// answerReserve is kept of a message's time for what follows the agent's
	// answer: writing it, telling others, sending it.
	answerReserve = 4 * time.Second
	// failureReserve is kept of it for saying that there is no answer, and giving
	// the turn back.
	failureReserve = time.Second
	// leaseMargin is how long a turn stays claimed beyond the time of who claimed
	// it.
	leaseMargin = 5 * time.Second
)

// endBefore is ctx with a deadline that much earlier. One without a deadline, as
// no invocation is, gets restTime.
func endBefore(ctx context.Context, reserve time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithTimeout(ctx, restTime-reserve)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

// lease is how long the one who claims a turn now may answer it.
func lease(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return restTime + leaseMargin
	}
	return max(time.Until(deadline), 0) + leaseMargin
}
