package main

import (
	"context"
	"errors"
)

// remove removes what a deletion left in the index: the versions up to the one
// that was the newest when the document was deleted.
//
// The event of a deletion comes before its end. Until then ingestion may take the
// document for one that is there, and leave chunks after they were removed here.
// So it is done again, by Lambda's own repetition of asynchronous calls, until the
// document was gone before chunks were removed. A version that came meanwhile kept
// the document: it stays.
func (h handler) remove(ctx context.Context, s step) error {
	head, err := s.documents.Get(ctx, s.documentID)
	_, found, err := stateOf(head, err)
	if err != nil {
		return err
	}
	vectors, err := h.vectors(s)
	if err != nil {
		return err
	}
	if _, err := vectors.Remove(ctx, s.documentID, 1, s.upload.Version); err != nil {
		return err
	}
	if found != deleted && head.Version <= s.upload.Version {
		return later(s.in, "remove", errDeleting)
	}
	return nil
}

var errDeleting = errors.New("the document is still being deleted")
