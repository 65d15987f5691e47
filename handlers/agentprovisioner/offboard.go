package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// leftBehind is what holds a tenant's data and is out of this function's reach:
// its execution role reads no tenant's data, and of its tenant access role's
// tables one is what it removes and the other, the audit, stays.
var leftBehind = []string{"tickets", "conversations", "metadata", "connections", "documents"}

// offboard removes a tenant with all that was made for it, whatever of it is
// there, and reports what that was. From its first moment nobody can chat.
//
// The tenant's data stays with data=keep, which is what it does without being
// asked. With data=erase the search index's entries go, as always; the rest is
// out of reach here, and the tenant stays in the state "erasing", in which its id
// can't be used again, until it is erased. data=export is refused before anything
// is removed.
//
// It answers 200 with the report when all is gone, and 202 where the same request
// has to be sent again or data is left to be erased.
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
	audit, err := store.NewAudit(r.Scope, h.settings.audit, h.now)
	if err != nil {
		return rest.Answer{}, err
	}
	if err := j.hold(ctx, func(standing store.AgentRecord) (store.AgentRecord, error) { return j.beginRemoval(standing, data) }); err != nil {
		return rest.Answer{}, err
	}
	err = j.run(ctx, j.offboarding(audit, r.Identity.Subject()))
	report := j.record.Report
	switch {
	case err == nil && report.State == "":
		return rest.Answer{Status: http.StatusOK, Body: report}, nil
	case err == nil:
		return rest.Answer{Status: http.StatusAccepted, Body: report}, j.release(ctx)
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
	case contract.DataErase:
		return data, nil
	case contract.DataExport:
		return "", &rest.Error{Status: http.StatusNotImplemented, Detail: "Data can't be exported here. Nothing was removed: export it first, or offboard the tenant with data=keep."}
	}
	return "", rest.Invalid("query.data", "must be keep, erase or export")
}

// beginRemoval is the record that the removal begins or goes on with. A tenant
// without an item is looked for all the same.
func (j *job) beginRemoval(standing store.AgentRecord, data string) (store.AgentRecord, error) {
	next := standing
	switch standing.State {
	case contract.AgentOffboarding, contract.AgentErasing:
		if standing.Report != nil && standing.Report.Data != data {
			return next, &rest.Error{Status: http.StatusConflict, Detail: "The tenant is being offboarded with data=" + standing.Report.Data + "."}
		}
		return next, nil
	}
	id, err := store.NewActionID(j.now())
	if err != nil {
		return next, err
	}
	next.State, next.Operation, next.Change = contract.AgentOffboarding, id, nil
	next.Report = &contract.RemovalReport{TenantID: j.tenant, State: contract.AgentOffboarding, Removed: []string{}, Data: data, Left: []string{}}
	if standing.State != "" {
		next.Report.Removed = append(next.Report.Removed, "agent configuration")
	}
	return next, nil
}

// offboarding are the steps: first who can use the tenant, then what works for
// it, then what that needs.
func (j *job) offboarding(audit store.Audit, by string) []step {
	return []step{
		{"apiKey", j.removeKeys},
		{"people", j.removePeople},
		{"runtime", j.removeRuntimes},
		{"search", j.removeSearch},
		{"role", j.removeRole},
		{"logGroups", j.removeLogGroups},
		{"audit", func(ctx context.Context) error { return j.recordRemoval(ctx, audit, by) }},
		{"event", func(ctx context.Context) error {
			return j.tell(ctx, contract.EventTenantOffboarded, j.record.Report.Data)
		}},
		{"configuration", j.removeRecord},
	}
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
	if len(report.Removed) == 0 && report.People == 0 && report.Vectors == 0 {
		if err := j.agents.Remove(ctx, j.record); err != nil {
			return err
		}
		return store.ErrNotFound
	}
	report.State, report.Left = "", append([]string{}, leftBehind...)
	if report.Data == contract.DataErase {
		report.State = contract.AgentErasing
	}
	text, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, _, err = audit.Append(ctx, contract.AuditItem{
		ActionID: j.record.Operation, Type: contract.OffboardTenant, Step: contract.ActionExecuted, By: by, Report: string(text),
	})
	return err
}

// removeRecord ends the offboarding: of a tenant whose data stays nothing is left
// here, and one whose data is to be erased is kept from coming back.
func (j *job) removeRecord(ctx context.Context) error {
	if j.record.Report.State == "" {
		return j.agents.Remove(ctx, j.record)
	}
	c := contract.AgentConfiguration{State: contract.AgentErasing, CreatedAt: j.record.CreatedAt, Version: j.record.Version}
	j.record.AgentConfiguration = c
	j.record.Runtimes = nil
	return j.save(ctx)
}
