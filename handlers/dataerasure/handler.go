package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Times of an invocation, of contract.TenantDataTimeout.
const (
	// budget is how long a step works before it returns how far it came. What it
	// began then ends within the rest: the copies of a page of documents.
	budget = 3 * time.Minute
	// reserve is what a step leaves of the invocation's time, to end before Lambda
	// ends it.
	reserve = 10 * time.Second
	// wrapUp is how long the writing of a result may take beyond that.
	wrapUp = 5 * time.Second
)

// scopes opens tenants' data.
type scopes interface {
	Scope(context.Context, tenant.Identity) (tenant.Scope, error)
}

// handler does the steps of the state machine.
type handler struct {
	log    *slog.Logger
	now    store.Clock
	sleep  func(ctx context.Context, d time.Duration) error
	budget time.Duration
	pages  pages
	scopes scopes
	bus    bus.Bus
	tables map[string]string // names, by the schemas'
	bucket string            // of documents
}

// pages is how much is read at once, and so how much is done before the budget is
// looked at.
type pages struct {
	// items is the most that an object of an export holds. DynamoDB reads no more
	// than 1 MB of items at once (Query), which bounds the object too.
	items int
	// contents is how many versions of documents are copied: of at most 50 MiB each.
	contents int
	// keys are those of items to erase.
	keys int
	// versions are those of objects to erase: the most that one call lists, and that
	// one deletes (ListObjectVersions, DeleteObjects), is 1,000.
	versions int
}

// allPages are the sizes of the deployed function.
func allPages() pages {
	return pages{items: 200, contents: 20, keys: 4 * store.MaxBatch, versions: 1000}
}

// job is one invocation, opened: whose data it is about, which is to be exported
// or erased.
type job struct {
	handler
	in     contract.TenantDataStep
	scope  tenant.Scope
	agents store.Agents
	record store.AgentRecord
	until  time.Time // when the budget is spent
}

// handle does a step. Its errors are those of errors.go.
func (h handler) handle(ctx context.Context, in contract.TenantDataStep) (contract.TenantDataResult, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	do, known := map[string]func(*job, context.Context) (contract.TenantDataResult, error){
		contract.DataStepExport: (*job).export,
		contract.DataStepErase:  (*job).erase,
		contract.DataStepVerify: (*job).verify,
		contract.DataStepFinish: (*job).finish,
		contract.DataStepFailed: (*job).fail,
	}[in.Step]
	if !known {
		err := &steps.PayloadError{Problem: "its step is none"}
		h.log.ErrorContext(ctx, "refused", "error", err.Error())
		return contract.TenantDataResult{}, err
	}
	log := h.log.With("step", in.Step)
	j, err := h.open(ctx, in)
	var out contract.TenantDataResult
	switch {
	case errors.Is(err, errGone):
		log.InfoContext(ctx, "the tenant is gone already")
		return contract.TenantDataResult{Done: true, Progress: in.Progress}, nil
	case err == nil:
		log = log.With(contract.LogTenant, j.scope.Tenant(), "operation", in.Operation)
		if out, err = do(j, ctx); err == nil {
			log.InfoContext(ctx, "worked", "done", out.Done)
			return out, nil
		}
	}
	err = named(in.Step, err)
	var refused *tenant.RefusedError
	if errors.As(err, &refused) {
		log.WarnContext(ctx, "refused", contract.SecurityEventField, contract.SecurityIdentityRefused, "error", err.Error())
	} else {
		log.ErrorContext(ctx, "failed", "error", err.Error(), "type", steps.TypeName(err))
	}
	return contract.TenantDataResult{}, err
}

// errGone is that of a tenant that has no record any more, to the steps that may
// come after its removal.
var errGone = errors.New("the tenant is gone")

// open opens the data of the tenant that the step is about, which must be one
// whose data this very operation is to export or erase.
func (h handler) open(ctx context.Context, in contract.TenantDataStep) (*job, error) {
	identity, err := tenant.FromDataStep(in)
	if err != nil {
		return nil, err
	}
	if _, err := store.ActionTime(in.Operation); err != nil {
		return nil, &steps.PayloadError{Problem: "its operation is none"}
	}
	j := &job{handler: h, in: in, until: h.now().Add(h.budget)}
	if j.scope, err = h.scopes.Scope(ctx, identity); err != nil {
		return nil, err
	}
	if j.agents, err = store.NewAgents(j.scope, h.tables[contract.Agents.Name], h.now); err != nil {
		return nil, err
	}
	j.record, err = j.agents.Record(ctx)
	last := in.Step == contract.DataStepFinish || in.Step == contract.DataStepFailed
	if errors.Is(err, store.ErrNotFound) && last {
		return nil, errGone
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, &NotOffboardedError{}
	}
	if err != nil {
		return nil, err
	}
	r := j.record
	if r.State != contract.AgentErasing || r.Operation != in.Operation || r.Report == nil ||
		r.Report.Data != contract.DataErase && r.Report.Data != contract.DataExport {
		return nil, &NotOffboardedError{}
	}
	if in.Step == contract.DataStepFailed || r.Step == in.Step && r.Reason == "" {
		return j, nil
	}
	j.record.Step, j.record.Reason = in.Step, ""
	return j, j.save(ctx)
}

// save writes the record, even where the step's own time is over.
func (j *job) save(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wrapUp)
	defer cancel()
	record, err := j.agents.Replace(ctx, j.record)
	if err == nil {
		j.record = record
	}
	return err
}

// spent reports whether the step is to return how far it came.
func (j *job) spent() bool { return !j.now().Before(j.until) }
