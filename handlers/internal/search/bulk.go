package search

import (
	"encoding/json"
	"errors"
	"fmt"
)

// batchBytes is the most that a bulk request holds, in bytes, unless one chunk
// alone is longer. OpenSearch Service takes 10 MiB from its smallest instances
// (network limits of the developer guide) and advises 3 to 5 MiB.
const batchBytes = 4 << 20

// batches cuts lines into bulk requests of at most limit bytes.
func batches(lines []line, limit int) [][]line {
	var all [][]line
	size := 0
	for i, l := range lines {
		if i == 0 || size+len(l.text) > limit {
			all, size = append(all, nil), 0
		}
		all[len(all)-1] = append(all[len(all)-1], l)
		size += len(l.text)
	}
	return all
}

// bulkBody is the body of a bulk request.
func bulkBody(lines []line) []byte {
	var body []byte
	for _, l := range lines {
		body = append(body, l.text...)
	}
	return body
}

// ItemError is a chunk that the domain did not take.
type ItemError struct {
	ID     string // ChunkID
	Status int
	Type   string // OpenSearch's name of the error
}

// BulkError is that some chunks of a bulk request were refused. The others are
// indexed.
type BulkError struct{ Items []ItemError }

func (e *BulkError) Error() string {
	first := e.Items[0]
	return fmt.Sprintf("%d chunks were refused, the first one, %s, with %d %s", len(e.Items), first.ID, first.Status, first.Type)
}

// parseBulk sorts the lines of a bulk request by their answers: those to send
// again and those that were refused. An answer that does not speak of every
// line, in order, is malformed: none may be taken for indexed.
func parseBulk(answer []byte, sent []line) (again []line, refused []ItemError, err error) {
	var parsed struct {
		Items []map[string]struct {
			ID     string `json:"_id"`
			Status int    `json:"status"`
			Error  struct {
				Type string `json:"type"`
			} `json:"error"`
		} `json:"items"`
	}
	if json.Unmarshal(answer, &parsed) != nil { // its error would quote the answer
		return nil, nil, fmt.Errorf("%w: no JSON of a bulk request", ErrMalformed)
	}
	if len(parsed.Items) != len(sent) {
		return nil, nil, fmt.Errorf("%w: %d items of a bulk request of %d", ErrMalformed, len(parsed.Items), len(sent))
	}
	for i, item := range parsed.Items {
		result, ok := item["index"]
		if !ok || result.ID != sent[i].id {
			return nil, nil, fmt.Errorf("%w: item %d of a bulk request is another", ErrMalformed, i)
		}
		switch {
		case result.Status >= 200 && result.Status <= 299:
		case retriable(result.Status):
			again = append(again, sent[i])
		default:
			kind := result.Error.Type
			if !errorType.MatchString(kind) {
				kind = ""
			}
			refused = append(refused, ItemError{result.ID, result.Status, kind})
		}
	}
	return again, refused, nil
}

// errPartly is that the domain was too busy for some chunks of a bulk request.
var errPartly = errors.New("the domain was too busy for some of the chunks")
