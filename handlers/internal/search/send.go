package search

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/cenkalti/backoff/v5"
	"github.com/sony/gobreaker/v2"

	"github.com/flowops/flowops/handlers/internal/pause"
)

// service is the name under which OpenSearch Service's requests are signed.
const service = "es"

// Media types of requests.
const (
	mediaJSON   = "application/json"
	mediaNDJSON = "application/x-ndjson" // a bulk request
)

// request is one request to the domain. Sent twice, it must do what it does
// once.
type request struct {
	operation string // for errors, as in "k-NN search"
	method    string
	path      string // unescaped, from "/"
	query     url.Values
	media     string // of body; mediaJSON where empty
	body      []byte
	timeout   time.Duration // of one attempt
	limit     int64         // bytes of the answer
}

// conn is the domain with someone's credentials.
type conn struct {
	domain      *Domain
	credentials aws.CredentialsProvider
}

// send sends r until it is answered, refused, or out of attempts, and returns
// the body of a success. Every attempt is signed anew and counts for the
// circuit.
func (c conn) send(ctx context.Context, r request) ([]byte, error) {
	d := c.domain
	var last error
	body, err := backoff.Retry(ctx, func() ([]byte, error) {
		body, err := d.breaker.Execute(func() ([]byte, error) { return c.attempt(ctx, r) })
		if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
			if last != nil { // the circuit opened between two attempts
				err = last
			}
			return nil, backoff.Permanent(&UnavailableError{Operation: r.operation, Open: true, Err: err})
		}
		if err != nil && !transient(err) {
			return nil, backoff.Permanent(fmt.Errorf("%s: %w", r.operation, err))
		}
		last = err
		return body, err
	}, backoff.WithBackOff(newPause(ctx, d.config)), backoff.WithMaxTries(d.config.Attempts), backoff.WithMaxElapsedTime(0))
	err = unwrapPermanent(err)
	switch {
	case err == nil:
		return body, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, fmt.Errorf("%s: %w", r.operation, context.Cause(ctx))
	case last != nil && !errors.Is(err, ErrUnavailable):
		return nil, &UnavailableError{Operation: r.operation, Err: last}
	}
	return nil, err
}

// unwrapPermanent takes the mark off an error that is not to be retried:
// backoff.Retry leaves it on that of its last attempt.
func unwrapPermanent(err error) error {
	if permanent, ok := err.(*backoff.PermanentError); ok { //nolint:errorlint // the outermost alone
		return permanent.Unwrap()
	}
	return err
}

// attempt sends r once. Its errors are a *ResponseError, a *sendError, a
// *CredentialsError or ErrTooLarge.
func (c conn) attempt(ctx context.Context, r request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	u := url.URL{Scheme: "https", Host: c.domain.config.Endpoint, Path: r.path, RawQuery: r.query.Encode()}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	if len(r.body) > 0 {
		media := r.media
		if media == "" {
			media = mediaJSON
		}
		req.Header.Set("Content-Type", media)
	}
	if err := c.sign(ctx, req, r.body); err != nil {
		return nil, err
	}
	res, err := c.domain.config.HTTP.Do(req)
	if err != nil {
		return nil, &sendError{err}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, r.limit+1))
	if err != nil {
		return nil, &sendError{fmt.Errorf("read the answer: %w", err)}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, &ResponseError{Operation: r.operation, Status: res.StatusCode, Type: typeOf(body)}
	}
	if int64(len(body)) > r.limit {
		return nil, fmt.Errorf("%w: over %d bytes", ErrTooLarge, r.limit)
	}
	return body, nil
}

// sign adds the Signature Version 4 of the credentials, which covers the body.
func (c conn) sign(ctx context.Context, req *http.Request, body []byte) error {
	credentials, err := c.credentials.Retrieve(ctx)
	if err != nil {
		return &CredentialsError{err}
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	if err := c.domain.signer.SignHTTP(ctx, credentials, req, hash, service, c.domain.config.Region, time.Now()); err != nil {
		return &CredentialsError{err}
	}
	return nil
}

// excluded are errors that the circuit does not count. A deadline that passed
// does count: a domain that hangs is down.
func excluded(err error) bool {
	var credentials *CredentialsError
	return errors.Is(err, context.Canceled) || errors.As(err, &credentials)
}

func newPause(ctx context.Context, config Config) backoff.BackOff {
	return pause.New(ctx, config.BackoffBase, config.BackoffCap)
}
