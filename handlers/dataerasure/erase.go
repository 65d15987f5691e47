package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/pause"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Pauses where DynamoDB has no capacity for a part of a batch.
const (
	busyBase  = 50 * time.Millisecond
	busyLimit = 2 * time.Second
	busyTimes = 10 // in a row, then the state machine waits
)

// holds are the tables that hold a tenant's data, in the order in which it is
// erased. Metadata goes first: a step of ingestion that begins without its
// document's metadata does nothing.
var holds = []contract.Table{contract.Metadata, contract.Tickets, contract.Conversations, contract.Connections}

// erase erases the tenant's items and the versions of its objects, as much as its
// time allows, and counts them in the record.
func (j *job) erase(ctx context.Context) (contract.TenantDataResult, error) {
	result := contract.TenantDataResult{Progress: j.in.Progress}
	if j.record.Report.Data == contract.DataExport {
		whole, err := j.exported(ctx)
		if err != nil {
			return result, err
		}
		if !whole {
			return result, &NotExportedError{}
		}
	}
	report := *j.record.Report
	if report.Erased == nil {
		report.Erased = &contract.ErasedData{}
	}
	counts := *report.Erased
	err := j.eraseAll(ctx, &counts)
	if counts != *report.Erased {
		report.Erased, j.record.Report = &counts, &report
		if e := j.save(ctx); e != nil && (err == nil || errors.Is(err, errSpent)) {
			err = e
		}
	}
	if errors.Is(err, errSpent) {
		return result, nil
	}
	result.Done = err == nil
	return result, err
}

// errSpent ends what is to go on in another invocation.
var errSpent = errors.New("the time is spent")

func (j *job) eraseAll(ctx context.Context, counts *contract.ErasedData) error {
	for _, table := range holds {
		if err := j.eraseItems(ctx, table, count(counts, table)); err != nil {
			return err
		}
	}
	return j.eraseObjects(ctx, &counts.Documents)
}

// count is where a table's items are counted.
func count(counts *contract.ErasedData, table contract.Table) *int {
	return map[string]*int{
		contract.Tickets.Name: &counts.Tickets, contract.Conversations.Name: &counts.Conversations,
		contract.Metadata.Name: &counts.Metadata, contract.Connections.Name: &counts.Connections,
	}[table.Name]
}

func (j *job) eraseItems(ctx context.Context, table contract.Table, count *int) error {
	items, err := store.NewItems(j.scope, table, j.tables[table.Name], j.now)
	if err != nil {
		return err
	}
	pauses, busy := pause.New(ctx, busyBase, busyLimit), 0
	for {
		keys, err := items.Keys(ctx, j.pages.keys)
		if err != nil || len(keys) == 0 {
			return err
		}
		for batch := range slices.Chunk(keys, store.MaxBatch) {
			done, err := items.Delete(ctx, batch)
			*count += done
			switch {
			case errors.Is(err, store.ErrBusy) && busy < busyTimes:
				busy++ // what was left comes with the next page
				if err := j.sleep(ctx, pauses.NextBackOff()); err != nil {
					return err
				}
			case err != nil:
				return err
			default:
				busy = 0
			}
			if j.spent() {
				return errSpent
			}
		}
	}
}

// eraseObjects deletes all versions of all of the tenant's objects, and what
// marks them as deleted.
func (j *job) eraseObjects(ctx context.Context, count *int) error {
	client, err := j.scope.S3()
	if err != nil {
		return err
	}
	for {
		listed, err := j.versions(ctx, j.pages.versions)
		if err != nil || len(listed) == 0 {
			return err
		}
		out, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: aws.String(j.bucket), Delete: &types.Delete{Objects: listed, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return fmt.Errorf("delete objects: %w", err)
		}
		*count += len(listed) - len(out.Errors)
		if len(out.Errors) > 0 {
			return fmt.Errorf("delete objects: %w", refusal(out.Errors[0]))
		}
		if j.spent() {
			return errSpent
		}
	}
}

// refusal is what S3 says of an object, as the error of a call.
func refusal(e types.Error) error {
	code := aws.ToString(e.Code)
	of := smithy.FaultClient
	if code == "InternalError" || code == "SlowDown" || code == "ServiceUnavailable" { // S3's API reference, "Error responses"
		of = smithy.FaultServer
	}
	return &smithy.GenericAPIError{Code: code, Message: "S3 did not delete an object", Fault: of}
}

// versions lists at most so many versions and marks of deletion of the tenant's
// objects, the first ones.
func (j *job) versions(ctx context.Context, limit int) ([]types.ObjectIdentifier, error) {
	client, err := j.scope.S3()
	if err != nil {
		return nil, err
	}
	out, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{
		Bucket: aws.String(j.bucket), Prefix: aws.String(contract.TenantPrefix + j.scope.Tenant() + "/"), MaxKeys: aws.Int32(int32(limit)), //nolint:gosec // a page's
	})
	if err != nil {
		return nil, fmt.Errorf("list objects: %w", err)
	}
	var all []types.ObjectIdentifier
	for _, v := range out.Versions {
		all = append(all, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
	}
	for _, m := range out.DeleteMarkers {
		all = append(all, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
	}
	return all, nil
}
