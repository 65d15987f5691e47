package main

import (
	"context"
	"errors"
	"strings"

	"github.com/flowops/flowops/contract"
)

// sectionSeparator stands between the headings that a chunk stands below.
const sectionSeparator = " > "

// chunk cuts the document and leaves its chunks as batches. The same upload always
// makes the same batches.
func (h handler) chunk(ctx context.Context, s step) (contract.IngestionChunks, error) {
	result := contract.IngestionChunks{Work: s.work(), Batches: []int{}}
	version, found, err := s.current(ctx)
	if err != nil || found != learning {
		return result, err
	}
	object, err := h.openUpload(ctx, s)
	if errors.Is(err, errGone) { // it is being deleted
		return result, nil
	}
	if err != nil {
		return result, err
	}
	defer func() { _ = object.Body.Close() }()
	data, err := content(s.in, object, h.limits.Bytes)
	if err != nil {
		return result, err
	}
	chunks, err := h.cut(ctx, data, version.ContentType)
	if err != nil {
		return result, err
	}
	pieces := make([]piece, len(chunks))
	for i, c := range chunks {
		pieces[i] = piece{Index: c.Index, Text: c.Text, Section: strings.Join(c.Section, sectionSeparator), Page: c.Page}
	}
	for batch := range batches(len(pieces)) {
		first := batch * batchChunks
		if err := h.writeWork(ctx, s, s.chunkKey(batch), pieces[first:first+batchSize(batch, len(pieces))]); err != nil {
			return result, err
		}
		result.Batches = append(result.Batches, batch)
	}
	result.Count = len(pieces)
	return result, nil
}
