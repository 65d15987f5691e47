package idtoken

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// refreshAfter is the age at which keys are fetched anew, so that one that
	// the pool withdrew does not stay.
	refreshAfter = time.Hour
	// maxAge is how long keys serve while the pool can't be reached.
	maxAge = 6 * time.Hour
	// pause between two fetches while there are keys: tokens with made-up key ids
	// can't cause more.
	pause = 15 * time.Second
	// pauseWithout is the pause while there are none.
	pauseWithout = time.Second
	// maxID is the longest key id that is looked for, in bytes.
	maxID = 256
)

// Keys are the keys of a user pool, fetched when first wanted and kept between
// invocations. They may be used concurrently.
//
// A key id that is not there causes a fetch, because the pool may have rotated
// its keys; pauses bound how often. Keys that can't be refreshed serve until
// they are maxAge old; after that, and before the first fetch, Key fails.
type Keys struct {
	fetch func(context.Context) (map[string]any, error)
	now   func() time.Time
	log   *slog.Logger

	fetching chan struct{} // holds one value while somebody fetches

	mu      sync.RWMutex
	set     map[string]any
	fetched time.Time // when set was fetched
	tried   time.Time // when a fetch ended last, well or not
	failure error     // of that fetch
}

// NewKeys returns keys that are fetched by fetch, by key id.
func NewKeys(fetch func(context.Context) (map[string]any, error), now func() time.Time, log *slog.Logger) *Keys {
	return &Keys{fetch: fetch, now: now, log: log, fetching: make(chan struct{}, 1)}
}

// Key is the public key with this id.
func (k *Keys) Key(ctx context.Context, id string) (any, error) {
	if id == "" || len(id) > maxID {
		return nil, UnknownKey
	}
	if key, due := k.look(id); !due {
		if key == nil {
			return nil, k.missing()
		}
		return key, nil
	}
	if err := k.refresh(ctx, id); err != nil {
		return nil, err
	}
	if key, _ := k.look(id); key != nil {
		return key, nil
	}
	return nil, k.missing()
}

// look returns the key, nil where there is none that may be used, and whether
// a fetch is due.
func (k *Keys) look(id string) (key any, due bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	now := k.now()
	age := now.Sub(k.fetched)
	if k.set != nil && age < maxAge {
		key = k.set[id]
	}
	if key != nil && age < refreshAfter {
		return key, false
	}
	wait := pause
	if k.set == nil || age >= maxAge {
		wait = pauseWithout
	}
	return key, k.tried.IsZero() || now.Sub(k.tried) >= wait
}

// missing is why a key is not there: the pool is known not to have it, or
// nobody knows.
func (k *Keys) missing() error {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.failure != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, k.failure)
	}
	return UnknownKey
}

// refresh fetches the keys, unless somebody did so while it waited for its
// turn. It fails only where ctx ends while it waits.
func (k *Keys) refresh(ctx context.Context, id string) error {
	select {
	case k.fetching <- struct{}{}:
		defer func() { <-k.fetching }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, due := k.look(id); !due {
		return nil
	}
	set, err := k.fetch(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tried, k.failure = k.now(), err
	if err != nil {
		k.log.WarnContext(ctx, "can't fetch the keys of the user pool", "error", err.Error(), "keysHeld", len(k.set))
		return nil
	}
	k.set, k.fetched = set, k.tried
	return nil
}
