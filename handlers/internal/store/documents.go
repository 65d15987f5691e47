package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// Documents are the metadata of a tenant's documents.
type Documents struct{ t table }

// NewDocuments opens the tenant's part of the metadata table.
func NewDocuments(scope tenant.Scope, tableName string, now Clock) (Documents, error) {
	t, err := open(contract.Metadata, tableName, scope, now)
	return Documents{t}, err
}

// DocumentDraft is what a version of a document is made from.
type DocumentDraft struct {
	Title, ContentType string
	ContentLength      int64 // bytes
}

// versionsPerRead is a query's limit where all versions are read.
const versionsPerRead = 100

func headKey(id string) (string, error) { return sortKey(contract.DocumentHead, id) }

func versionKey(id string, version int) (string, error) {
	return sortKey(contract.Metadata.SK.Pattern, id, contract.VersionKey(version))
}

// indexes are a head's keys in the table's index.
func (s Documents) indexes(d contract.Document) map[string]string {
	index := s.t.index(contract.GSI1)
	return map[string]string{
		index.PK.Name: must(contract.Key(index.PK.Pattern, s.t.tenant, d.Status)),
		index.SK.Name: must(contract.Key(index.SK.Pattern, d.UpdatedAt)),
	}
}

// Create makes a document and its version 1. Its errors are ErrKeyReused,
// ErrBusy, and those of calls.
func (s Documents) Create(ctx context.Context, draft DocumentDraft, r Request) (Written[contract.Document], error) {
	if before, err := recall[contract.Document](ctx, s.t, r); before != nil || err != nil {
		return deref(before), err
	}
	id, err := newID()
	if err != nil {
		return Written[contract.Document]{}, err
	}
	now := Time(s.t.now())
	d := s.draft(id, 1, draft, now, now)
	return s.add(ctx, d, expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name)), r)
}

// CreateVersion makes the next version of a document. Its errors are
// ErrNotFound, *ConflictError, ErrKeyReused, ErrBusy, and those of calls.
func (s Documents) CreateVersion(ctx context.Context, id string, draft DocumentDraft, r Request) (Written[contract.Document], error) {
	if before, err := recall[contract.Document](ctx, s.t, r); before != nil || err != nil {
		return deref(before), err
	}
	head, err := s.Get(ctx, id)
	if err != nil {
		return Written[contract.Document]{}, err
	}
	d := s.draft(id, head.Version+1, draft, head.CreatedAt, Time(s.t.now()))
	done, err := s.add(ctx, d, expression.Name("version").Equal(expression.Value(head.Version)), r)
	return done, s.conflict(err)
}

func (s Documents) draft(id string, version int, draft DocumentDraft, created, now string) contract.Document {
	return contract.Document{
		TenantID: s.t.tenant, DocumentID: id, Title: draft.Title, S3Key: contract.DocumentKey(s.t.tenant, id), ContentType: draft.ContentType,
		ContentLength: draft.ContentLength, Status: contract.StatusPending, Version: version, EmbeddingStatus: contract.EmbeddingPending,
		CreatedAt: created, UpdatedAt: now,
	}
}

// add writes a new version and makes it the head, where the head is as the
// condition says.
func (s Documents) add(ctx context.Context, d contract.Document, condition expression.ConditionBuilder, r Request) (Written[contract.Document], error) {
	head, err := headKey(d.DocumentID)
	if err != nil {
		return Written[contract.Document]{}, err
	}
	version, err := versionKey(d.DocumentID, d.Version)
	if err != nil {
		return Written[contract.Document]{}, err
	}
	var writes []types.TransactWriteItem
	for _, w := range []struct {
		sort      string
		indexes   map[string]string
		condition expression.ConditionBuilder
	}{
		{head, s.indexes(d), condition},
		{version, nil, expression.AttributeNotExists(expression.Name(s.t.schema.PK.Name))},
	} {
		put, err := s.t.marshal(d, w.sort, w.indexes)
		if err != nil {
			return Written[contract.Document]{}, err
		}
		write, err := s.t.put(put, w.condition)
		if err != nil {
			return Written[contract.Document]{}, err
		}
		writes = append(writes, write)
	}
	return commit(ctx, s.t, r, d, nil, writes...)
}

// conflict says what a failed condition on a document's items means.
func (s Documents) conflict(err error) error {
	var failed *conditionError
	if !errors.As(err, &failed) {
		return err
	}
	if len(failed.found) == 0 {
		return ErrNotFound
	}
	var now contract.Document
	if err := s.t.unmarshal(failed.found, &now); err != nil {
		return err
	}
	return changed(now.Version)
}

// Get returns a document's head, or ErrNotFound.
func (s Documents) Get(ctx context.Context, id string) (contract.Document, error) {
	var d contract.Document
	sort, err := headKey(id)
	if err != nil {
		return d, ErrNotFound // no document has such an id
	}
	return d, s.t.get(ctx, sort, &d)
}

// Versions returns all versions of a document, the newest first.
func (s Documents) Versions(ctx context.Context, id string) ([]contract.Document, error) {
	prefix, err := sortKey(contract.DocumentHead+"#V#", id)
	if err != nil {
		return nil, ErrNotFound
	}
	var all []contract.Document
	var at cursor.Position
	for {
		page, err := query[contract.Document](ctx, s.t, selection{partition: s.t.partition(), begins: prefix, newest: true}, versionsPerRead, at)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if at = page.Next; len(at) == 0 {
			return all, nil
		}
	}
}

// List returns documents: all of them by their id, which is the order of their
// making, or those of a status by their last change; the newest first.
func (s Documents) List(ctx context.Context, status string, limit int, at cursor.Position) (Page[contract.Document], error) {
	index := s.t.index(contract.GSI1)
	if status == "" {
		heads := expression.AttributeExists(expression.Name(index.PK.Name)) // versions are in no index
		return query[contract.Document](ctx, s.t, selection{partition: s.t.partition(), begins: "DOC#", newest: true, filter: &heads}, limit, at)
	}
	partition, err := sortKey(index.PK.Pattern, s.t.tenant, status)
	if err != nil {
		return Page[contract.Document]{}, err
	}
	return query[contract.Document](ctx, s.t, selection{index: contract.GSI1, partition: partition, newest: true}, limit, at)
}
