package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/steps"
)

// batchChunks is how many chunks are embedded by one invocation. Titan Embed Text
// v2 takes 300,000 tokens a minute of an account, by default ("Amazon Bedrock
// endpoints and quotas"): twenty batches side by side then take about a minute of
// the invocation's five.
const batchChunks = 50

// workLimit is the most that an object of work may hold, in bytes: a batch has 50
// vectors of 1,024 numbers of at most 16 bytes, or 50 chunks of 8 KiB, of which
// JSON escapes each byte with six.
const workLimit = 8 << 20

// piece is a chunk as it waits for its vector.
type piece struct {
	Index   int    `json:"index"`
	Text    string `json:"text"`
	Section string `json:"section,omitempty"`
	Page    int    `json:"page,omitempty"`
}

// vectorBatch are the vectors of a batch of chunks; those that are not made yet
// are null.
type vectorBatch struct {
	Model   string      `json:"model"`
	Digest  string      `json:"digest"` // of the chunks
	Vectors [][]float32 `json:"vectors"`
}

// work is where a step's intermediate objects are: below a prefix that is made of
// the tenant, the document and the version, whatever the step was given.
func (s step) work() string {
	return contract.WorkKey(s.scope.Tenant(), s.documentID, s.upload.Version)
}

func (s step) chunkKey(batch int) string { return fmt.Sprintf("%schunks/%06d.json", s.work(), batch) }

func (s step) vectorKey(batch int) string { return fmt.Sprintf("%svectors/%06d.json", s.work(), batch) }

// batches is how many batches chunks make.
func batches(chunks int) int { return (chunks + batchChunks - 1) / batchChunks }

// batchSize is how many chunks are in a batch of so many in all.
func batchSize(batch, chunks int) int { return min(batchChunks, chunks-batch*batchChunks) }

// checkWork checks what a step was given of the chunks.
func (s step) checkWork() (contract.IngestionChunks, error) {
	c := s.in.Chunks
	if c == nil || c.Work != s.work() || c.Count < 0 || c.Count > maxChunks {
		return contract.IngestionChunks{}, &steps.PayloadError{Problem: "its chunks are not its document's"}
	}
	return *c, nil
}

// errNoWork is the error of work that is not there. S3 does not tell it from work
// that is not allowed, which its making then shows.
var errNoWork = errors.New("there is no such work")

// readWork reads an object of work into out, and returns the digest of its text.
// Its errors are errNoWork, a *WorkError, and those of the call.
func (h handler) readWork(ctx context.Context, s step, key string, out any) (string, error) {
	client, err := s.scope.S3()
	if err != nil {
		return "", err
	}
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(h.bucket), Key: aws.String(key)})
	if c := code(err); notThere[c] || c == notAllowed {
		return "", errNoWork
	}
	if err != nil {
		return "", fmt.Errorf("read work: %w", err)
	}
	defer func() { _ = object.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(object.Body, workLimit+1))
	if err != nil {
		return "", later(s.in, "read work", err)
	}
	if len(text) > workLimit || json.Unmarshal(text, out) != nil { // its error would quote the work
		return "", &WorkError{"an object that no step wrote"}
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// writeWork writes an object of work, with the tag by which it expires.
func (h handler) writeWork(ctx context.Context, s step, key string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write work: %w", err)
	}
	client, err := s.scope.S3()
	if err != nil {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(h.bucket), Key: aws.String(key), Body: bytes.NewReader(text), ContentType: aws.String("application/json"),
		Tagging: aws.String(url.Values{contract.WorkTag: {contract.WorkTagValue}}.Encode()),
	})
	if err != nil {
		return fmt.Errorf("write work: %w", err)
	}
	return nil
}

// readChunks reads a batch of chunks and its digest.
func (h handler) readChunks(ctx context.Context, s step, batch, count int) ([]piece, string, error) {
	var pieces []piece
	digest, err := h.readWork(ctx, s, s.chunkKey(batch), &pieces)
	switch {
	case errors.Is(err, errNoWork):
		return nil, "", &WorkError{"chunks are gone"}
	case err != nil:
		return nil, "", err
	case len(pieces) != batchSize(batch, count):
		return nil, "", &WorkError{"a batch of another cut"}
	}
	for i, p := range pieces {
		if p.Index != batch*batchChunks+i || p.Text == "" {
			return nil, "", &WorkError{"chunks that no step wrote"}
		}
	}
	return pieces, digest, nil
}

// readVectors reads the vectors of a batch of chunks, as far as they are made: all
// are null where they are of other chunks or of another model.
func (h handler) readVectors(ctx context.Context, s step, batch int, digest string, size int) (vectorBatch, error) {
	none := vectorBatch{Model: h.model.name(), Digest: digest, Vectors: make([][]float32, size)}
	var found vectorBatch
	_, err := h.readWork(ctx, s, s.vectorKey(batch), &found)
	var work *WorkError
	switch {
	case errors.Is(err, errNoWork), errors.As(err, &work):
		return none, nil
	case err != nil:
		return none, err
	case found.Model != none.Model || found.Digest != digest || len(found.Vectors) != size:
		return none, nil
	}
	for i, v := range found.Vectors {
		if h.model.check(v) != nil {
			found.Vectors[i] = nil
		}
	}
	return found, nil
}
