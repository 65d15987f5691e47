package search

import (
	"encoding/json"
	"errors"
	"fmt"
)

// MaxPassages is the most passages that a query may ask for.
const MaxPassages = 100

// Query asks for the passages nearest to a vector.
type Query struct {
	Vector   []float32
	Passages int     // at most, 1 to MaxPassages
	MinScore float64 // 0 to 1: passages that score less are left out
}

// Passage is a chunk that was found. Score is OpenSearch's for the cosine:
// (1 + cosine) / 2, from 0 (opposite) by 0.5 (unrelated) to 1 (the same).
type Passage struct {
	DocumentID string  `json:"documentId"`
	Title      string  `json:"title"`
	Section    string  `json:"section,omitempty"`
	Page       int     `json:"page,omitempty"` // from 1; 0 where there are no pages
	Version    int     `json:"version"`
	Chunk      int     `json:"chunk"`
	Text       string  `json:"text"`
	Score      float64 `json:"score"`
}

// term matches documents whose field is the value.
func term(field string, value any) map[string]any {
	return map[string]any{"term": map[string]any{field: value}}
}

// knnBody is the body of a k-NN query. The tenant's filter stands inside the
// knn clause: the alias's own is applied to the k nearest of all tenants, and
// may leave none.
func knnBody(tenant string, q Query) ([]byte, error) {
	if err := checkVector(q.Vector); err != nil {
		return nil, err
	}
	if q.Passages < 1 || q.Passages > MaxPassages {
		return nil, fmt.Errorf("a query for %d passages: 1 to %d are possible", q.Passages, MaxPassages)
	}
	if !(q.MinScore >= 0 && q.MinScore <= 1) {
		return nil, fmt.Errorf("a least score of %v: 0 to 1 are possible", q.MinScore)
	}
	body, err := json.Marshal(map[string]any{
		"size": q.Passages, "min_score": q.MinScore, "track_total_hits": false,
		"_source": []string{"tenantId", "documentId", "version", "chunkIndex", "chunkText", "metadata"},
		"query": map[string]any{"knn": map[string]any{"vector": map[string]any{
			"vector": q.Vector, "k": q.Passages, "filter": term("tenantId", tenant),
		}}},
	})
	if err != nil {
		return nil, fmt.Errorf("write the query: %w", err)
	}
	return body, nil
}

// ErrForeign is an answer with another tenant's passage. Nothing of such an
// answer is used, and it is a security event.
var ErrForeign = errors.New("the search domain answers with another tenant's passage")

// answer is what is read of an answer to a search.
type answer struct {
	TimedOut bool `json:"timed_out"`
	Shards   *struct {
		Failed int `json:"failed"`
	} `json:"_shards"`
	Hits *struct {
		Total struct {
			Value int `json:"value"`
		} `json:"total"`
		Hits []struct {
			Score  *float64 `json:"_score"`
			Source *entry   `json:"_source"`
		} `json:"hits"`
	} `json:"hits"`
}

// parseAnswer refuses what is not the whole answer: part of it would pass for
// "there is no more".
func parseAnswer(body []byte) (answer, error) {
	var a answer
	if json.Unmarshal(body, &a) != nil { // its error would quote the answer
		return a, fmt.Errorf("%w: no JSON of a search", ErrMalformed)
	}
	if a.Hits == nil || a.Shards == nil {
		return a, fmt.Errorf("%w: no hits", ErrMalformed)
	}
	if a.TimedOut || a.Shards.Failed > 0 {
		return a, errPartial
	}
	return a, nil
}

var errPartial = errors.New("the search ended before it was through")

// parsePassages reads the answer to a k-NN query, best first.
func parsePassages(body []byte, tenant string, q Query) ([]Passage, error) {
	a, err := parseAnswer(body)
	if err != nil {
		return nil, err
	}
	if len(a.Hits.Hits) > q.Passages {
		return nil, fmt.Errorf("%w: %d hits of %d", ErrMalformed, len(a.Hits.Hits), q.Passages)
	}
	passages := make([]Passage, 0, len(a.Hits.Hits))
	for i, hit := range a.Hits.Hits {
		if hit.Source == nil || hit.Score == nil {
			return nil, fmt.Errorf("%w: hit %d has no source or no score", ErrMalformed, i)
		}
		s := hit.Source
		if s.TenantID != tenant {
			return nil, ErrForeign
		}
		if s.DocumentID == "" || s.Version < 1 {
			return nil, fmt.Errorf("%w: hit %d is of no document", ErrMalformed, i)
		}
		if *hit.Score < q.MinScore {
			continue
		}
		passages = append(passages, Passage{
			DocumentID: s.DocumentID, Title: s.Metadata.Title, Section: s.Metadata.Section, Page: s.Metadata.Page,
			Version: s.Version, Chunk: s.ChunkIndex, Text: s.ChunkText, Score: *hit.Score,
		})
	}
	return passages, nil
}
