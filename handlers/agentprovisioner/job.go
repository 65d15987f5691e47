package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// retryAfter is what a client is asked to wait before it sends a request again,
// in seconds.
const retryAfter = 5

// job is one request's work on one tenant.
type job struct {
	handler
	tenant     string
	agents     store.Agents
	record     store.AgentRecord // as it is stored, once the job holds it
	definition contract.AgentDefinition
	until      time.Time // when the budget is spent
}

// newJob prepares work on the request's tenant.
func (h handler) newJob(ctx context.Context, r rest.Request) (*job, error) {
	agents, err := store.NewAgents(r.Scope, h.settings.agents, h.now)
	if err != nil {
		return nil, err
	}
	definition, err := h.readDefinition(ctx)
	if err != nil {
		return nil, err
	}
	return &job{handler: h, tenant: r.Identity.Tenant(), agents: agents, definition: definition, until: h.now().Add(budget)}, nil
}

// hold makes the job the only one that works on the tenant. What is wrong with
// the tenant as it is, begin says.
func (j *job) hold(ctx context.Context, begin func(store.AgentRecord) (store.AgentRecord, error)) error {
	record, err := j.agents.Hold(ctx, uuid.NewString(), hold, begin)
	if errors.Is(err, store.ErrHeld) || errors.Is(err, store.ErrBusy) {
		return &rest.Error{Status: http.StatusConflict, Detail: "Another request works on this tenant. Send this one again when it has ended.", RetryAfter: retryAfter}
	}
	if err != nil {
		return err
	}
	j.record = record
	return nil
}

// save writes what became of the tenant so far.
func (j *job) save(ctx context.Context) error {
	record, err := j.agents.Save(ctx, j.record)
	if err == nil {
		j.record = record
	}
	return err
}

// release writes the record and lets others work on the tenant, even where the
// request's own time is over. Where that fails the hold ends by itself.
func (j *job) release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wrapUp)
	defer cancel()
	record, err := j.agents.Release(ctx, j.record)
	if err == nil {
		j.record = record
	}
	return err
}

// step is a part of the work that finds what is there and makes what is missing,
// or removes what is there: done again it changes nothing.
type step struct {
	name string
	do   func(context.Context) error
}

// stopped is the error of work that ended at a step.
type stopped struct {
	step string
	err  error
}

func (e *stopped) Error() string { return "stopped at " + e.step + ": " + fault.Describe(e.err) }

// Unwrap returns the cause.
func (e *stopped) Unwrap() error { return e.err }

// waiting is the error of a step that has to wait for AWS longer than the budget
// is.
type waiting struct{ what string }

func (e waiting) Error() string { return "waiting for " + e.what }

// run does the steps in order, until one of them fails.
func (j *job) run(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if !j.now().Before(j.until) {
			return &stopped{s.name, waiting{"time"}}
		}
		if err := s.do(ctx); err != nil {
			return &stopped{s.name, err}
		}
	}
	return nil
}

// wait pauses before something is looked at again.
func (j *job) wait(ctx context.Context, what string) error {
	if j.now().Add(poll).After(j.until) {
		return waiting{what}
	}
	return j.sleep(ctx, poll)
}

// maxReason bounds what a record says of an error, in bytes.
const maxReason = 200

// stop writes where the work stopped and lets others go on. It returns nil where
// going on is all that is needed: the answer is then a 202.
func (j *job) stop(ctx context.Context, err error) error {
	var at *stopped
	if !errors.As(err, &at) {
		at = &stopped{"result", err}
	}
	reason := fault.Describe(at.err)
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	j.record.Step, j.record.Reason = at.step, reason
	if err := j.release(ctx); err != nil {
		j.log.WarnContext(ctx, "the tenant stays held for a while", contract.LogTenant, j.tenant, "error", fault.Describe(err))
	}
	j.log.WarnContext(ctx, "stopped", contract.LogTenant, j.tenant, "step", at.step, "error", fault.Describe(at.err))
	return answerStopped(at)
}

// answerStopped is what the client gets to know of a stop; nil for a wait.
func answerStopped(at *stopped) error {
	var wait waiting
	var own *rest.Error
	switch {
	case errors.As(at.err, &wait), fault.Of(at.err) == fault.Timeout:
		return nil
	case errors.As(at.err, &own):
		return own
	}
	e := &rest.Error{
		Status: http.StatusBadGateway, RetryAfter: retryAfter, Cause: at,
		Detail: fmt.Sprintf("It stopped at the step %q. The same request goes on there.", at.step),
	}
	if kind := fault.Of(at.err); kind == fault.Throttled || kind == fault.Unavailable {
		e.Status = http.StatusServiceUnavailable
	}
	return e
}
