package main

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// Codes by which S3 says that an object is not there. To who may not list the
// bucket it says notAllowed instead: the API reference, GetObject, "Permissions".
const notAllowed = "AccessDenied"

var notThere = map[string]bool{"NoSuchKey": true, "NoSuchVersion": true, "NotFound": true}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// errGone is the error of an upload that is not there any more.
var errGone = errors.New("the upload is gone")

// openUpload opens the version of the object that the step is about, whatever was
// uploaded since. The caller closes its body. Its errors are errGone and those of
// the call.
//
// While a document is being deleted its objects go first, and S3 may say of them
// that they are not allowed: that passes when the document is gone.
func (h handler) openUpload(ctx context.Context, s step) (*s3.GetObjectOutput, error) {
	client, err := s.scope.S3()
	if err != nil {
		return nil, err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(h.bucket), Key: aws.String(s.in.Object.Key), VersionId: aws.String(s.in.Object.VersionID),
	})
	switch {
	case notThere[code(err)]:
		return nil, errGone
	case code(err) == notAllowed, err != nil && code(err) == "":
		return nil, later(s.in, "read the upload", err)
	}
	return out, err
}

// versionOf is the document's version that an upload says it is; 0 where it says
// none. Its URL was signed with it.
func versionOf(upload *s3.GetObjectOutput) int {
	version, err := strconv.Atoi(upload.Metadata[contract.DocumentVersionMetadata])
	if err != nil || version < 1 {
		return 0
	}
	return version
}

// content reads an upload of at most limit bytes.
func content(in contract.IngestionStep, upload *s3.GetObjectOutput, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(upload.Body, limit+1))
	if err != nil {
		return nil, later(in, "read the upload", err)
	}
	return data, nil
}

// state is how an upload stands to its document.
type state int

const (
	learning state = iota // it is to be learned
	known                 // it was learned, by another execution
	rejected              // it is not learned
	newer                 // a newer version is in its place
	deleted               // its document is gone
)

// current reads the step's version and how its upload stands. newer and deleted
// stay so.
func (s step) current(ctx context.Context) (contract.Document, state, error) {
	v, err := s.documents.Current(ctx, s.upload)
	return stateOf(v, err)
}

func stateOf(v contract.Document, err error) (contract.Document, state, error) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return v, deleted, nil
	case errors.Is(err, store.ErrSuperseded):
		return v, newer, nil
	case err != nil:
		return v, deleted, err
	case v.Status == contract.StatusIndexed:
		return v, known, nil
	case v.Status == contract.StatusRejected:
		return v, rejected, nil
	}
	return v, learning, nil
}
