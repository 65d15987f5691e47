package main

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/offboarding"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// offboard removes a tenant with all that was made for it, whatever of it is
// there, and reports what that was. From its first moment nobody can chat.
//
// The tenant's data stays with data=keep, which is what it does without being
// asked. With data=erase and data=export a state machine erases it afterwards, or
// exports and then erases it: the tenant is in the state "erasing" meanwhile, in
// which its id can't be used again. The same request again tells how far that
// is, and starts the machine anew where it failed.
//
// It answers 200 with the report when all is gone, and 202 where the same request
// has to be sent again or data is being erased.
func (h handler) offboard(ctx context.Context, r rest.Request) (rest.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	data, err := dataAsked(r.Query["data"])
	if err != nil {
		return rest.Answer{}, err
	}
	j, err := h.newJob(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	if data != contract.DataKeep {
		standing, err := j.agents.Record(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return rest.Answer{}, err
		}
		if standing.State == contract.AgentErasing {
			return j.goOnErasing(ctx, standing, data)
		}
	}
	audit, err := store.NewAudit(r.Scope, h.settings.audit, h.now)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := j.hold(ctx, func(standing store.AgentRecord) (store.AgentRecord, error) { return j.beginRemoval(standing, data) }); err != nil {
		return rest.Answer{}, err
	}
	err = j.run(ctx, j.offboarding(data, audit, r.Identity.Subject()))
	report := j.record.Report
	switch {
	case err == nil && data == contract.DataKeep:
		return rest.Answer{Status: http.StatusOK, Body: report}, nil
	case err == nil:
		err := j.release(ctx)
		return j.erasing(), err
	case errors.Is(err, store.ErrNotFound):
		return rest.Answer{}, store.ErrNotFound
	}
	if err := j.stop(ctx, err); err != nil {
		return rest.Answer{}, err
	}
	report.State, report.Step, report.Reason = j.record.State, j.record.Step, j.record.Reason
	return later(rest.Answer{Status: http.StatusAccepted, Body: report}), nil
}

func dataAsked(data string) (string, error) {
	switch data {
	case "", contract.DataKeep:
		return contract.DataKeep, nil
	case contract.DataErase, contract.DataExport:
		return data, nil
	}
	return "", rest.Invalid("query.data", "must be keep, erase or export")
}

// beginRemoval is the record that the removal begins or goes on with. A tenant
// without an item is looked for all the same.
func (j *job) beginRemoval(standing store.AgentRecord, data string) (store.AgentRecord, error) {
	next := standing
	switch standing.State {
	case contract.AgentOffboarding:
		return next, sameData(standing, data)
	case contract.AgentErasing: // since it was looked at, where the data is to be erased
		if err := sameData(standing, data); err != nil {
			return next, err
		}
		return next, store.ErrBusy
	}
	id, err := store.NewActionID(j.now())
	if err != nil {
		return next, err
	}
	next.State, next.Operation, next.Change = contract.AgentOffboarding, id, nil
	next.Report = &contract.RemovalReport{TenantID: j.tenant, State: contract.AgentOffboarding, Removed: []string{}, Data: data, Left: []string{}}
	if standing.State != "" {
		next.Report.Removed = append(next.Report.Removed, "agent configuration")
	} else {
		next.AgentType, next.Tools = contract.AgentSingle, []contract.AgentTool{} // for who looks at it
	}
	return next, nil
}

// sameData refuses to do another thing with the data than what was begun.
func sameData(standing store.AgentRecord, data string) error {
	if standing.Report != nil && standing.Report.Data != data {
		return &rest.Error{Status: http.StatusConflict, Detail: "The tenant is being offboarded with data=" + standing.Report.Data + "."}
	}
	return nil
}

// offboarding are the steps: first who can use the tenant, then what works for
// it, then what that needs. Where its data is to be erased, the rest is the state
// machine's.
func (j *job) offboarding(data string, audit store.Audit, by string) []step {
	steps := []step{
		{"apiKey", j.removeKeys},
		{"people", j.removePeople},
		{"runtime", j.removeRuntimes},
		{"search", j.removeSearch},
		{"role", j.removeRole},
		{"logGroups", j.removeLogGroups},
	}
	if data != contract.DataKeep {
		return append(steps, step{stepData, func(ctx context.Context) error { return j.handOver(ctx, by) }})
	}
	return append(steps,
		step{"audit", func(ctx context.Context) error { return j.recordRemoval(ctx, audit, by) }},
		step{"event", func(ctx context.Context) error { return offboarding.Tell(ctx, j.bus, j.record) }},
		step{"configuration", func(ctx context.Context) error { return j.agents.Remove(ctx, j.record) }})
}

// found notes something that is about to be removed, before it is: once it is
// gone nobody could tell that it was there.
func (j *job) found(ctx context.Context, what string) error {
	if slices.Contains(j.record.Report.Removed, what) {
		return nil
	}
	j.record.Report.Removed = append(j.record.Report.Removed, what)
	return j.save(ctx)
}

// recordRemoval writes the report to the audit table: once, with the id that the
// offboarding began with. A tenant of which nothing was found was none: it is
// ErrNotFound.
func (j *job) recordRemoval(ctx context.Context, audit store.Audit, by string) error {
	report := j.record.Report
	report.Step, report.Reason = "", ""
	if offboarding.Nothing(*report) {
		if err := j.agents.Remove(ctx, j.record); err != nil {
			return err
		}
		return store.ErrNotFound
	}
	report.State, report.Left = "", offboarding.Left(report.Data)
	return offboarding.Record(ctx, audit, j.record, by)
}
