package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
)

// Upload is an upload of a version of a document, as ingestion learns it.
type Upload struct {
	DocumentID string
	Version    int
	Object     string // S3's version id
}

// ErrSuperseded is the error of an upload that is not learned: its document has a
// newer version, or its version another upload. It stays so.
var ErrSuperseded = errors.New("a newer version or another upload is in its place")

// Claim makes the upload what its version is, where the version is the
// document's newest and no other upload was first, and returns the version.
// Claimed again it changes nothing. Its errors are ErrNotFound, ErrSuperseded,
// ErrBusy, and those of calls.
func (s Documents) Claim(ctx context.Context, u Upload) (contract.Document, error) {
	v, err := s.newest(ctx, u)
	if err != nil || v.ObjectVersion != "" {
		return v, u.is(v, err)
	}
	object := func() expression.UpdateBuilder {
		return expression.Set(expression.Name("objectVersion"), expression.Value(u.Object))
	}
	free := expression.AttributeExists(expression.Name(s.t.schema.PK.Name)).And(expression.AttributeNotExists(expression.Name("objectVersion")))
	writes, err := s.headToo(u, object(), free, object())
	if err != nil {
		return v, err
	}
	err = s.t.transact(ctx, writes...)
	var failed *conditionError
	if err != nil && !errors.As(err, &failed) {
		return v, err
	}
	return s.Current(ctx, u) // another one may have been faster
}

// Current returns the version that an upload was claimed for, while that is the
// document's newest. Its errors are ErrNotFound of a document that is deleted or
// about to be, ErrSuperseded, and those of calls.
func (s Documents) Current(ctx context.Context, u Upload) (contract.Document, error) {
	v, err := s.newest(ctx, u)
	return v, u.is(v, err)
}

// is adds to err that v is another upload.
func (u Upload) is(v contract.Document, err error) error {
	if err == nil && v.ObjectVersion != u.Object {
		return ErrSuperseded
	}
	return err
}

// newest reads an upload's version while it is the newest.
func (s Documents) newest(ctx context.Context, u Upload) (contract.Document, error) {
	head, err := s.Get(ctx, u.DocumentID)
	if err != nil {
		return contract.Document{}, err
	}
	if head.Version > u.Version {
		return contract.Document{}, ErrSuperseded
	}
	return s.Version(ctx, u)
}

// Version reads an upload's version, be it the upload or another one, the newest
// or not. Its errors are ErrNotFound and those of calls.
func (s Documents) Version(ctx context.Context, u Upload) (contract.Document, error) {
	var v contract.Document
	sort, err := versionKey(u.DocumentID, u.Version)
	if err != nil {
		return v, ErrNotFound
	}
	return v, s.t.get(ctx, sort, &v)
}

// OfObject returns the version of a document that an upload was claimed for, or
// ErrNotFound.
func (s Documents) OfObject(ctx context.Context, id, object string) (contract.Document, error) {
	all, err := s.Versions(ctx, id)
	if err != nil {
		return contract.Document{}, err
	}
	for _, v := range all {
		if object != "" && v.ObjectVersion == object {
			return v, nil
		}
	}
	return contract.Document{}, ErrNotFound
}

// headToo is an update of an upload's version, where that is as the condition
// says, and one of the head, where that is of the same version.
func (s Documents) headToo(u Upload, version expression.UpdateBuilder, condition expression.ConditionBuilder, head expression.UpdateBuilder) ([]types.TransactWriteItem, error) {
	sort, err := versionKey(u.DocumentID, u.Version)
	if err != nil {
		return nil, err
	}
	first, err := s.t.update(sort, version, condition)
	if err != nil {
		return nil, err
	}
	top, err := headKey(u.DocumentID)
	if err != nil {
		return nil, err
	}
	second, err := s.t.update(top, head, expression.Name("version").Equal(expression.Value(u.Version)))
	return []types.TransactWriteItem{first, second}, err
}

// asRead is the condition on a version that it is still as it was read.
func asRead(v contract.Document) expression.ConditionBuilder {
	return expression.Name("objectVersion").Equal(expression.Value(v.ObjectVersion)).
		And(expression.Name("status").Equal(expression.Value(v.Status))).
		And(expression.Name("updatedAt").Equal(expression.Value(v.UpdatedAt)))
}
