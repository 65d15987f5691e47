package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/chunk"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// maxChunks is the most chunks that a document may have: as many as one step gets
// into the index in its time (400 batches, each read and sent in less than half a
// second).
const maxChunks = 20_000

// Reasons of a rejection, beside extract's, as people are told them.
const (
	reasonLength = "The upload is not as long as it was announced."
	reasonChunks = "The document has more sections or text than the platform learns at once: divide it into several."
)

// validate decides what becomes of an upload. It does all that could reject the
// document, so that nobody is asked to approve one that can't be learned, and no
// later step finds that out.
func (h handler) validate(ctx context.Context, s step) (contract.IngestionDocument, error) {
	stale := contract.IngestionDocument{DocumentID: s.documentID, Decision: contract.DecisionStale}
	if s.documentID == "" {
		return stale, nil
	}
	if _, err := s.documents.Get(ctx, s.documentID); errors.Is(err, store.ErrNotFound) {
		return stale, nil
	} else if err != nil {
		return stale, err
	}
	object, err := h.openUpload(ctx, s)
	if errors.Is(err, errGone) {
		return stale, nil
	}
	if err != nil {
		return stale, err
	}
	defer func() { _ = object.Body.Close() }()
	if s.upload.Version = versionOf(object); s.upload.Version == 0 {
		return stale, errors.New("the upload does not say which version of its document it is")
	}
	stale.Version = s.upload.Version
	version, found, err := stateOf(s.documents.Claim(ctx, s.upload))
	if err != nil || found != learning {
		return stale, err
	}
	result := contract.IngestionDocument{DocumentID: s.documentID, Version: version.Version, Decision: decision(version, s.in.ApprovalRequired)}
	reject := func(reason string) (contract.IngestionDocument, error) {
		result.Decision, result.Reason = contract.DecisionRejected, reason
		return result, nil
	}
	size := aws.ToInt64(object.ContentLength)
	if size <= h.limits.Bytes && size != version.ContentLength { // an empty or too large one is told so
		return reject(reasonLength)
	}
	data, err := content(s.in, object, h.limits.Bytes)
	if err != nil {
		return stale, err
	}
	chunks, err := h.cut(ctx, data, version.ContentType)
	var rejection *extract.Rejection
	switch {
	case errors.As(err, &rejection):
		return reject(rejection.Sentence())
	case err != nil:
		return stale, err
	case len(chunks) > maxChunks:
		return reject(reasonChunks)
	}
	return result, nil
}

// decision is what becomes of a document that can be learned. An approval is of
// this upload: no other one is this version.
func decision(version contract.Document, approvalRequired bool) string {
	if approvalRequired && version.ApprovedBy == "" {
		return contract.DecisionApproval
	}
	return contract.DecisionApproved
}

// cut takes a document's text and cuts it into chunks. Documents are not redacted:
// they are what the tenant wants its people to be answered with, a support line's
// number and address included, and are seen by nobody else.
func (h handler) cut(ctx context.Context, data []byte, contentType string) ([]chunk.Chunk, error) {
	document, err := extract.Extract(ctx, data, contentType, h.limits)
	if err != nil {
		return nil, err
	}
	chunks, err := chunk.Split(document.Blocks, h.chunks)
	if err != nil {
		return nil, fmt.Errorf("cut the document: %w", err)
	}
	return chunks, nil
}
