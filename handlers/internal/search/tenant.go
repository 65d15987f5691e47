package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/flowops/flowops/contract"
)

// Tenant is the vector index as one tenant has it. Every request goes to the
// path of the tenant's alias, which is all that its credentials are good for.
type Tenant struct {
	id   string
	conn conn
}

// post sends a request to the tenant's alias. All that a tenant does is POST.
func (t *Tenant) post(ctx context.Context, r request) ([]byte, error) {
	r.method, r.path = http.MethodPost, "/"+contract.TenantAlias(t.id)+r.path
	return t.conn.send(ctx, r)
}

// Index adds the chunks of a version of a document, or replaces those that are
// there. They are searchable some time later; Supersede makes sure. The error
// is a *BulkError where the domain refuses some chunks, and wraps
// ErrUnavailable where it could not take all of them now: then do it again.
func (t *Tenant) Index(ctx context.Context, document Document, chunks []Chunk) error {
	lines := make([]line, len(chunks))
	for i, chunk := range chunks {
		var err error
		if lines[i], err = bulkLine(t.id, document, chunk); err != nil {
			return err
		}
	}
	for _, batch := range batches(lines, batchBytes) {
		if err := t.bulk(ctx, batch); err != nil {
			return fmt.Errorf("index document %s, version %d: %w", document.ID, document.Version, err)
		}
	}
	return nil
}

// bulk sends lines until each is taken or refused, those again for which the
// domain was too busy.
func (t *Tenant) bulk(ctx context.Context, lines []line) error {
	const operation = "bulk request"
	var refused []ItemError
	config := t.conn.domain.config
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		body, err := t.post(ctx, request{
			operation: operation, path: "/_bulk", media: mediaNDJSON, body: bulkBody(lines),
			// An alias that is not there must not become an index.
			query:   url.Values{"require_alias": {"true"}},
			timeout: 30 * time.Second, limit: 16 << 20,
		})
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		again, failed, err := parseBulk(body, lines)
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		refused, lines = append(refused, failed...), again
		if len(lines) > 0 {
			return struct{}{}, errPartly
		}
		return struct{}{}, nil
	}, backoff.WithBackOff(newPause(ctx, config)), backoff.WithMaxTries(config.Attempts), backoff.WithMaxElapsedTime(0))
	switch {
	case len(refused) > 0:
		return &BulkError{refused}
	case errors.Is(err, errPartly):
		return &UnavailableError{Operation: operation, Err: err}
	}
	return unwrapPermanent(err)
}

// NotSearchableError is that not all chunks of a version are found, so that
// what they replace must stay.
type NotSearchableError struct{ Found, Want int }

func (e *NotSearchableError) Error() string {
	return fmt.Sprintf("%d of the version's %d chunks are searchable", e.Found, e.Want)
}

// Find makes the chunks of a version of a document searchable, and sure that there
// are that many. If there are not, the error is a *NotSearchableError.
func (t *Tenant) Find(ctx context.Context, document Document, chunks int) error {
	if _, err := ChunkID(t.id, document, chunks-1); err != nil { // the last one's
		return err
	}
	if _, err := t.post(ctx, request{operation: "refresh", path: "/_refresh", timeout: 30 * time.Second, limit: 1 << 20}); err != nil {
		return err
	}
	found, err := t.count(ctx, present(t.id, document, chunks))
	if err != nil {
		return err
	}
	if found != chunks {
		return fmt.Errorf("document %s, version %d: %w", document.ID, document.Version, &NotSearchableError{found, chunks})
	}
	return nil
}

// Supersede deletes what a version of a document with that many chunks
// replaces, after it made sure that all of them are found; if they are not, it
// deletes nothing and the error is a *NotSearchableError. It never touches a
// newer version. It returns how many entries it deleted.
func (t *Tenant) Supersede(ctx context.Context, document Document, chunks int) (int, error) {
	if err := t.Find(ctx, document, chunks); err != nil {
		return 0, err
	}
	return t.conn.deleteWhere(ctx, contract.TenantAlias(t.id), t.id, superseded(t.id, document, chunks))
}

// Remove deletes the versions of a document from first to last, and returns how
// many entries that were. Others stay.
func (t *Tenant) Remove(ctx context.Context, documentID string, first, last int) (int, error) {
	if documentID == "" {
		return 0, errors.New("a removal needs a document's id")
	}
	if first < 1 || last < first {
		return 0, fmt.Errorf("a removal of versions %d to %d", first, last)
	}
	if _, err := t.post(ctx, request{operation: "refresh", path: "/_refresh", timeout: 30 * time.Second, limit: 1 << 20}); err != nil {
		return 0, err
	}
	return t.conn.deleteWhere(ctx, contract.TenantAlias(t.id), t.id, versions(t.id, documentID, first, last))
}

// Nearest finds the tenant's passages that are nearest to a vector, best first.
// No passage is an answer too. The error wraps ErrUnavailable where the domain
// can't say now.
func (t *Tenant) Nearest(ctx context.Context, q Query) ([]Passage, error) {
	body, err := knnBody(t.id, q)
	if err != nil {
		return nil, err
	}
	const operation = "k-NN search"
	text, err := t.search(ctx, operation, body)
	if err != nil {
		return nil, err
	}
	passages, err := parsePassages(text, t.id, q)
	return passages, named(operation, err)
}

// count is how many entries match a query.
func (t *Tenant) count(ctx context.Context, query map[string]any) (int, error) {
	body, err := json.Marshal(map[string]any{"size": 0, "track_total_hits": true, "query": query})
	if err != nil {
		return 0, fmt.Errorf("write the count: %w", err)
	}
	const operation = "count"
	text, err := t.search(ctx, operation, body)
	if err != nil {
		return 0, err
	}
	a, err := parseAnswer(text)
	if err != nil {
		return 0, named(operation, err)
	}
	return a.Hits.Total.Value, nil
}

func (t *Tenant) search(ctx context.Context, operation string, body []byte) ([]byte, error) {
	return t.post(ctx, request{
		operation: operation, path: "/_search", body: body, timeout: 8 * time.Second, limit: 8 << 20,
		query: url.Values{"routing": {t.id}, "allow_partial_search_results": {"false"}},
	})
}

// named adds the operation to err. Half an answer is none.
func named(operation string, err error) error {
	if errors.Is(err, errPartial) {
		return &UnavailableError{Operation: operation, Err: err}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}
