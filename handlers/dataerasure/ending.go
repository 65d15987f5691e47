package main

import (
	"context"
	"regexp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/offboarding"
	"github.com/flowops/flowops/handlers/internal/store"
)

// maxFound is how often something may be left before it is a failure.
const maxFound = 3

// verify looks whether anything of the tenant's data is left: what came while it
// was erased. It is erased then, a few times.
func (j *job) verify(ctx context.Context) (contract.TenantDataResult, error) {
	result := contract.TenantDataResult{Progress: j.in.Progress}
	left, err := j.left(ctx)
	if err != nil {
		return result, err
	}
	if left == "" {
		result.Done = true
		return result, nil
	}
	result.Progress.Found++
	if result.Progress.Found > maxFound {
		return result, &LeftError{left}
	}
	return result, nil
}

// left is where something is left; empty for nowhere.
func (j *job) left(ctx context.Context) (string, error) {
	for _, table := range holds {
		items, err := store.NewItems(j.scope, table, j.tables[table.Name], j.now)
		if err != nil {
			return "", err
		}
		keys, err := items.Keys(ctx, 1)
		if err != nil {
			return "", err
		}
		if len(keys) > 0 {
			return table.Name, nil
		}
	}
	versions, err := j.versions(ctx, 1)
	if err != nil || len(versions) == 0 {
		return "", err
	}
	return contract.ExportDocuments, nil
}

// finish writes the report to the audit table, tells others, and removes the
// tenant's record: from then on its id may be given again. A tenant of which
// nothing was ever found was none.
func (j *job) finish(ctx context.Context) (contract.TenantDataResult, error) {
	result := contract.TenantDataResult{Done: true, Progress: j.in.Progress}
	report := *j.record.Report
	report.State, report.Step, report.Reason = "", "", ""
	report.Left = offboarding.Left(report.Data)
	if report.Data == contract.DataExport {
		report.Export = "s3://" + j.bucket + "/" + j.below()
	}
	if report.Erased == nil {
		report.Erased = &contract.ErasedData{}
	}
	j.record.Report = &report
	if !offboarding.Nothing(report) {
		audit, err := store.NewAudit(j.scope, j.tables[contract.Audit.Name], j.now)
		if err != nil {
			return result, err
		}
		if err := offboarding.Record(ctx, audit, j.record, j.record.By); err != nil {
			return result, err
		}
		if err := offboarding.Tell(ctx, j.bus, j.record); err != nil {
			return result, err
		}
	}
	return result, j.agents.RemoveErased(ctx, j.in.Operation)
}

// errorName is what a name of an error looks like, Step Functions' own included.
var errorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]{0,99}$`)

// fail writes into the record why the step that it names did not go on. Others
// are told by the state machine, which does so even if this fails.
func (j *job) fail(ctx context.Context) (contract.TenantDataResult, error) {
	j.record.Reason = j.in.Error
	if !errorName.MatchString(j.in.Error) {
		j.record.Reason = "unknown"
	}
	return contract.TenantDataResult{Done: true, Progress: j.in.Progress}, j.save(ctx)
}
