package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// deleteBatch is how many entries one request deletes at most, so that it is
// answered in time.
const deleteBatch = 2000

// idleRounds is how many requests in a row may delete nothing, since others
// changed what they found, before deleting is given up for now.
const idleRounds = 5

// allOf matches what all clauses match.
func allOf(clauses ...any) map[string]any {
	return map[string]any{"bool": map[string]any{"filter": clauses}}
}

// anyOf matches what at least one clause matches.
func anyOf(clauses ...any) map[string]any {
	return map[string]any{"bool": map[string]any{"should": clauses, "minimum_should_match": 1}}
}

// span matches a number by one bound, as in span("version", "lt", 3).
func span(field, bound string, value int) map[string]any {
	return map[string]any{"range": map[string]any{field: map[string]int{bound: value}}}
}

// present matches the chunks of a version whose number is less than chunks.
func present(tenant string, document Document, chunks int) map[string]any {
	return allOf(term("tenantId", tenant), term("documentId", document.ID), term("version", document.Version), span("chunkIndex", "lt", chunks))
}

// versions matches the chunks of a document's versions from first to last.
func versions(tenant, documentID string, first, last int) map[string]any {
	return allOf(term("tenantId", tenant), term("documentId", documentID), span("version", "gte", first), span("version", "lt", last+1))
}

// superseded matches what a version with that many chunks replaces: older
// versions, and chunks that an earlier cut of the same version had beyond them.
func superseded(tenant string, document Document, chunks int) map[string]any {
	return allOf(term("tenantId", tenant), term("documentId", document.ID), anyOf(
		span("version", "lt", document.Version),
		allOf(term("version", document.Version), span("chunkIndex", "gte", chunks)),
	))
}

// deleted is the answer to a deletion by query.
type deleted struct {
	TimedOut  bool              `json:"timed_out"`
	Total     *int              `json:"total"`
	Deleted   int               `json:"deleted"`
	Conflicts int               `json:"version_conflicts"`
	Failures  []json.RawMessage `json:"failures"`
}

func parseDeleted(body []byte) (deleted, error) {
	var d deleted
	if json.Unmarshal(body, &d) != nil || d.Total == nil || *d.Total < 0 || d.Deleted < 0 || d.Conflicts < 0 {
		return d, fmt.Errorf("%w: no deletion by query", ErrMalformed)
	}
	if len(d.Failures) > 0 {
		return d, fmt.Errorf("%w: %d failures", errDeletion, len(d.Failures))
	}
	return d, nil
}

var errDeletion = errors.New("the domain could not delete all that was found")

// deleteWhere deletes what matches query, of an index or alias and one tenant's
// routing, and returns how many entries that were. It goes on until nothing is
// left that was searchable when it began; broken off, it can be done again.
func (c conn) deleteWhere(ctx context.Context, target, tenant string, query map[string]any) (int, error) {
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		return 0, fmt.Errorf("write the deletion: %w", err)
	}
	const operation = "deletion by query"
	count := 0
	for idle := 0; idle < idleRounds; {
		text, err := c.send(ctx, request{
			operation: operation, method: http.MethodPost, path: "/" + target + "/_delete_by_query", body: body,
			query: url.Values{
				"conflicts": {"proceed"}, "refresh": {"true"}, "routing": {tenant}, "max_docs": {strconv.Itoa(deleteBatch)},
			},
			timeout: 30 * time.Second, limit: 1 << 20,
		})
		if err != nil {
			return count, err
		}
		d, err := parseDeleted(text)
		count += d.Deleted
		if errors.Is(err, errDeletion) {
			return count, &UnavailableError{Operation: operation, Err: err}
		}
		if err != nil {
			return count, err
		}
		if !d.TimedOut && d.Conflicts == 0 && *d.Total < deleteBatch {
			return count, nil
		}
		idle++
		if d.Deleted > 0 {
			idle = 0
		}
	}
	return count, &UnavailableError{Operation: operation, Err: errDeletion}
}
