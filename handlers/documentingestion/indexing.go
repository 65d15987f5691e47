package main

import (
	"context"
	"errors"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/store"
)

// index writes the document's chunks into the index, and when they are found
// records that and removes what they replace.
//
// What came meanwhile is looked for again after the writes, since whoever did it
// may have done so before there was anything to remove: chunks of an upload that is
// not to be learned any more are removed again. A newer version and a deletion that
// come after that look find them (see remove).
func (h handler) index(ctx context.Context, s step) error {
	chunks, err := s.checkWork()
	if err != nil || chunks.Count == 0 {
		return err
	}
	vectors, err := h.vectors(s)
	if err != nil {
		return err
	}
	version, ended, err := s.ended(ctx, vectors)
	if err != nil || ended {
		return err
	}
	document := search.Document{ID: s.documentID, Version: s.upload.Version, Title: version.Title}
	for batch := range batches(chunks.Count) {
		entries, err := h.entries(ctx, s, batch, chunks.Count)
		if err != nil {
			return err
		}
		if err := vectors.Index(ctx, document, entries); err != nil {
			return err
		}
	}
	if _, ended, err := s.ended(ctx, vectors); err != nil || ended {
		return err
	}
	err = vectors.Find(ctx, document, chunks.Count)
	if err == nil {
		err = s.documents.Searchable(ctx, s.upload, chunks.Count)
	}
	if err == nil {
		_, err = vectors.Supersede(ctx, document, chunks.Count)
	}
	var missing *search.NotSearchableError
	if errors.As(err, &missing) {
		// A newer version, a deletion or a failure of another execution removed some:
		// the next attempt finds out.
		return later(s.in, "find the chunks", err)
	}
	return err
}

// ended reports whether the step's upload is learned already, or not to be any
// more. Chunks of the latter are removed from the index, unless they were found
// there and a newer version will remove them.
func (s step) ended(ctx context.Context, vectors *search.Tenant) (contract.Document, bool, error) {
	version, found, err := s.current(ctx)
	if err != nil || found == learning || found == known {
		return version, found == known, err
	}
	if found == newer {
		v, err := s.documents.Version(ctx, s.upload)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return v, true, err
		}
		if err == nil && v.EmbeddingStatus == contract.EmbeddingComplete {
			return v, true, nil
		}
	}
	_, err = vectors.Remove(ctx, s.documentID, s.upload.Version, s.upload.Version)
	return version, true, err
}

// entries are a batch's chunks with their vectors.
func (h handler) entries(ctx context.Context, s step, batch, count int) ([]search.Chunk, error) {
	pieces, digest, err := h.readChunks(ctx, s, batch, count)
	if err != nil {
		return nil, err
	}
	made, err := h.readVectors(ctx, s, batch, digest, len(pieces))
	if err != nil {
		return nil, err
	}
	entries := make([]search.Chunk, len(pieces))
	for i, p := range pieces {
		if made.Vectors[i] == nil {
			return nil, &WorkError{"vectors are missing"}
		}
		entries[i] = search.Chunk{Index: p.Index, Text: p.Text, Section: p.Section, Page: p.Page, Vector: made.Vectors[i]}
	}
	return entries, nil
}
