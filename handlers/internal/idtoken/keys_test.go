package idtoken

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/flowops/flowops/handlers/internal/handlertest"
)

func poolKeys(t *testing.T) (*pool, *Keys, *handlertest.Clock) {
	p := newPool(t, map[string]*rsa.PrivateKey{"one": keyOne()})
	c := handlertest.NewClock(testNow, 0)
	return p, NewKeys(Fetch(p.Client(), p.URL), c.Now, quiet()), c
}

func hasKey(t *testing.T, k *Keys, id string) {
	t.Helper()
	if key, err := k.Key(t.Context(), id); key == nil || err != nil {
		t.Errorf("key %s: %v, %v", id, key, err)
	}
}

func lacksKey(t *testing.T, k *Keys, id string, want error) {
	t.Helper()
	if key, err := k.Key(t.Context(), id); key != nil || !errors.Is(err, want) {
		t.Errorf("key %s: %v, %v, want %v", id, key, err, want)
	}
}

func fetched(t *testing.T, p *pool, want int) {
	t.Helper()
	if n := p.count(); n != want {
		t.Errorf("%d fetches, want %d", n, want)
	}
}

func TestKeysAreKept(t *testing.T) {
	p, k, c := poolKeys(t)
	fetched(t, p, 0)
	for range 10 {
		hasKey(t, k, "one")
		c.Pass(5 * time.Minute)
	}
	fetched(t, p, 1)
	c.Pass(refreshAfter)
	hasKey(t, k, "one")
	hasKey(t, k, "one")
	fetched(t, p, 2)
}

func TestRotation(t *testing.T) {
	p, k, c := poolKeys(t)
	hasKey(t, k, "one")
	p.change(func(p *pool) { p.keys = map[string]*rsa.PrivateKey{"one": keyOne(), "two": keyTwo()} })
	lacksKey(t, k, "two", UnknownKey) // fetched a moment ago
	fetched(t, p, 1)
	c.Pass(pause)
	hasKey(t, k, "two")
	hasKey(t, k, "one")
	fetched(t, p, 2)
	p.change(func(p *pool) { delete(p.keys, "one") })
	c.Pass(refreshAfter)
	lacksKey(t, k, "one", UnknownKey) // withdrawn
	hasKey(t, k, "two")
	fetched(t, p, 3)
}

func TestMadeUpKeyIDsAreBounded(t *testing.T) {
	p, k, c := poolKeys(t)
	hasKey(t, k, "one")
	for i := range 600 { // a minute of ten a second
		c.Pass(100 * time.Millisecond)
		lacksKey(t, k, fmt.Sprint("made-up-", i), UnknownKey)
	}
	fetched(t, p, 5)
	hasKey(t, k, "one")
}

func TestOutage(t *testing.T) {
	p, k, c := poolKeys(t)
	hasKey(t, k, "one")
	p.change(func(p *pool) { p.down = true })
	c.Pass(refreshAfter)
	hasKey(t, k, "one")
	hasKey(t, k, "one") // without waiting for another fetch
	lacksKey(t, k, "two", ErrUnavailable)
	fetched(t, p, 2)
	c.Pass(maxAge - refreshAfter - time.Second)
	hasKey(t, k, "one")
	c.Pass(time.Second)
	lacksKey(t, k, "one", ErrUnavailable) // too old: closed
	before := p.count()
	lacksKey(t, k, "one", ErrUnavailable) // and no storm
	fetched(t, p, before)
	p.change(func(p *pool) { p.down = false })
	c.Pass(pauseWithout)
	hasKey(t, k, "one")
}

func TestOutageFromTheStart(t *testing.T) {
	p, k, c := poolKeys(t)
	p.change(func(p *pool) { p.down = true })
	lacksKey(t, k, "one", ErrUnavailable)
	lacksKey(t, k, "one", ErrUnavailable)
	fetched(t, p, 1)
	p.change(func(p *pool) { p.down = false })
	c.Pass(pauseWithout)
	hasKey(t, k, "one")
	lacksKey(t, k, "two", UnknownKey) // the pool is known not to have it
}

func TestUnusableSetKeepsTheKeys(t *testing.T) {
	p, k, c := poolKeys(t)
	hasKey(t, k, "one")
	p.change(func(p *pool) { p.keys = nil })
	c.Pass(refreshAfter)
	hasKey(t, k, "one")
	fetched(t, p, 2)
}

func TestOneFetchForAll(t *testing.T) {
	p, k, _ := poolKeys(t)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { hasKey(t, k, "one") })
	}
	all.Wait()
	fetched(t, p, 1)
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	k := NewKeys(func(context.Context) (map[string]any, error) {
		close(entered)
		<-release
		return map[string]any{"one": 1}, nil
	}, time.Now, quiet())
	var first sync.WaitGroup
	first.Go(func() { hasKey(t, k, "one") })
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Key(ctx, "one"); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	close(release)
	first.Wait()
}
