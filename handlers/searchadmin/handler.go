package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
)

// handler prepares the search domain.
type handler struct {
	log         *slog.Logger
	master      *search.Master
	tenantRoles string // begins the ARNs of tenants' agents' roles

	waitFor time.Duration // at most, for the domain to answer
	reserve time.Duration // of the invocation's time, kept for the work
	pause   time.Duration // between two looks at what is not ready, at first and on average
}

// answerTime is kept of the invocation's time to say that there was too little.
const answerTime = 2 * time.Second

// handle does what the request asks for. A failure fails the deploy or the
// onboarding: a domain that nobody prepared lets nobody in, and a success would
// hide that. What was done stays, and the next invocation goes on from there.
func (h handler) handle(ctx context.Context, in json.RawMessage) (*contract.SearchReport, error) {
	begin := time.Now()
	request, err := h.parse(in)
	if err != nil {
		h.log.ErrorContext(ctx, "invalid request", "error", err.Error())
		return nil, err
	}
	log := h.log
	if request.Tenant != nil {
		log = log.With(contract.LogTenant, request.Tenant.TenantID)
	}
	report := &contract.SearchReport{Changed: []string{}}
	if deadline, ok := ctx.Deadline(); ok { // Lambda would end it without an answer
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerTime))
		defer cancel()
	}
	if err := h.do(ctx, request, report); err != nil {
		err = classify(err)
		log.ErrorContext(ctx, "the search domain is not prepared", "error", err.Error(), "changed", report.Changed, "deletedVectors", report.DeletedVectors)
		return nil, err
	}
	log.InfoContext(ctx, "the search domain is prepared", "changed", report.Changed, "deletedVectors", report.DeletedVectors, "durationMs", time.Since(begin).Milliseconds())
	return report, nil
}

func (h handler) do(ctx context.Context, request contract.SearchRequest, report *contract.SearchReport) error {
	if err := h.wait(ctx); err != nil {
		return err
	}
	s := steps{handler: h, report: report}
	switch {
	case request.Setup != nil:
		return s.setup(ctx, *request.Setup)
	case request.Tenant.Remove:
		return s.removeTenant(ctx, *request.Tenant)
	}
	return s.addTenant(ctx, *request.Tenant)
}

// wait waits until the domain answers and the master's credentials are good. A
// domain just made may not have a name yet, and a role just made may not be
// known everywhere.
func (h handler) wait(ctx context.Context) error {
	most := h.waitFor
	if deadline, ok := ctx.Deadline(); ok {
		most = min(most, time.Until(deadline)-h.reserve)
	}
	ctx, cancel := context.WithTimeout(ctx, max(most, h.pause))
	defer cancel()
	var last error
	err := h.repeat(ctx, func() (bool, error) {
		err := h.master.Do(ctx, "GET", "/_cluster/health", nil, nil)
		if last == nil || ctx.Err() == nil { // being out of time says less than what came before it
			last = err
		}
		var credentials *search.CredentialsError
		if errors.Is(err, search.ErrUnavailable) || errors.As(err, &credentials) {
			return false, nil
		}
		return true, err
	})
	if errors.Is(err, errNotYet) && last != nil {
		return last
	}
	return err
}

// steps are the changes that one request makes.
type steps struct {
	handler
	report *contract.SearchReport
}

// changed notes a change for the report, once.
func (s steps) changed(what string) {
	if !slices.Contains(s.report.Changed, what) {
		s.report.Changed = append(s.report.Changed, what)
	}
}

// errNotYet is that what was waited for did not come in time.
var errNotYet = errors.New("not within the time that there is")

// repeat does try until it is done, fails, or the context's time is over;
// between two tries it waits, with full jitter. Its error wraps errNotYet where
// the time was over.
func (h handler) repeat(ctx context.Context, try func() (done bool, err error)) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		done, err := try()
		switch {
		case err != nil:
			return struct{}{}, backoff.Permanent(err)
		case !done:
			return struct{}{}, errNotYet
		}
		return struct{}{}, nil
	}, backoff.WithMaxElapsedTime(0), backoff.WithBackOff(&backoff.ExponentialBackOff{
		InitialInterval: h.pause, MaxInterval: 4 * h.pause, Multiplier: 1.5, RandomizationFactor: 1,
	}))
	if err != nil && ctx.Err() != nil {
		return errors.Join(errNotYet, err)
	}
	return err
}

// twice makes try look again at once at what it changed.
func twice(try func() (bool, error)) func() (bool, error) {
	return func() (bool, error) {
		if done, err := try(); done || err != nil {
			return done, err
		}
		return try()
	}
}
