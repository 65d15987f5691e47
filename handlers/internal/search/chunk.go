package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// idLength is the most that OpenSearch takes of a document's _id, in bytes.
const idLength = 512

// Document is a version of a document whose chunks are indexed.
type Document struct {
	ID      string
	Version int // 1 or more
	Title   string
}

// Chunk is a passage of a document and its vector. Where it has neither section
// nor page, those are zero.
type Chunk struct {
	Index   int // in its document, from 0
	Text    string
	Section string
	Page    int // from 1
	Vector  []float32
}

// entry is a chunk as the index holds it.
type entry struct {
	EmbeddingID string    `json:"embeddingId"`
	TenantID    string    `json:"tenantId"`
	DocumentID  string    `json:"documentId"`
	Version     int       `json:"version"`
	ChunkIndex  int       `json:"chunkIndex"`
	ChunkText   string    `json:"chunkText"`
	Vector      []float32 `json:"vector,omitempty"`
	Metadata    metadata  `json:"metadata"`
}

type metadata struct {
	Title   string `json:"title,omitempty"`
	Section string `json:"section,omitempty"`
	Page    int    `json:"pageNumber,omitempty"`
}

// ChunkID is the _id of a chunk. It is made of what the chunk is, so that
// indexing it again replaces it, and begins with the tenant, since tenants that
// share a shard share its ids.
func ChunkID(tenant string, document Document, chunk int) (string, error) {
	switch {
	case document.ID == "":
		return "", errors.New("a chunk needs its document's id")
	case document.Version < 1:
		return "", fmt.Errorf("document %s: version %d is less than 1", document.ID, document.Version)
	case chunk < 0:
		return "", fmt.Errorf("document %s: chunk %d is less than 0", document.ID, chunk)
	}
	// A tenant holds no "#", and what follows the document are numbers: no two
	// chunks share an id, whatever a document's id holds.
	id := fmt.Sprintf("%s#%s#%d#%d", tenant, document.ID, document.Version, chunk)
	if len(id) > idLength {
		return "", fmt.Errorf("the id of chunk %d is %d bytes long, at most %d are possible", chunk, len(id), idLength)
	}
	return id, nil
}

// line is one chunk of a bulk request: its action and its entry, each ending in
// a line break.
type line struct {
	id   string
	text []byte
}

// bulkLine makes the line of a chunk. The action names no index, which the
// domain would refuse: the path does.
func bulkLine(tenant string, document Document, chunk Chunk) (line, error) {
	id, err := ChunkID(tenant, document, chunk.Index)
	if err != nil {
		return line{}, err
	}
	if err := checkVector(chunk.Vector); err != nil {
		return line{}, fmt.Errorf("chunk %d of document %s: %w", chunk.Index, document.ID, err)
	}
	type target struct {
		ID      string `json:"_id"`
		Routing string `json:"routing"`
	}
	action, err := json.Marshal(struct {
		Index target `json:"index"`
	}{target{id, tenant}})
	if err != nil {
		return line{}, fmt.Errorf("write the action of chunk %d: %w", chunk.Index, err)
	}
	source, err := json.Marshal(entry{
		EmbeddingID: id, TenantID: tenant, DocumentID: document.ID, Version: document.Version,
		ChunkIndex: chunk.Index, ChunkText: chunk.Text, Vector: chunk.Vector,
		Metadata: metadata{document.Title, chunk.Section, chunk.Page},
	})
	if err != nil {
		return line{}, fmt.Errorf("write chunk %d: %w", chunk.Index, err)
	}
	text := make([]byte, 0, len(action)+len(source)+2)
	text = append(append(text, action...), '\n')
	return line{id, append(append(text, source...), '\n')}, nil
}

// checkVector refuses what has no direction: OpenSearch does too, where vectors
// are compared by their angle.
func checkVector(vector []float32) error {
	zero := true
	for _, x := range vector {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return errors.New("the vector holds what is no number")
		}
		zero = zero && x == 0
	}
	if zero {
		return errors.New("the vector is empty or all zeros")
	}
	return nil
}
