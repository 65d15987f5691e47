package pause

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
)

func TestPausesStayBelowTheirBound(t *testing.T) {
	const base, limit = 100 * time.Millisecond, 350 * time.Millisecond
	above := false
	for range 200 {
		p := New(context.Background(), base, limit)
		p.Reset()
		for i, bound := range []time.Duration{base, 2 * base, limit, limit} {
			next := p.NextBackOff()
			if next < 0 || next > bound {
				t.Fatalf("pause %d is %v, over %v", i, next, bound)
			}
			above = above || next > base
		}
	}
	if !above {
		t.Error("pauses do not grow")
	}
}

func TestNoPauseBeyondTheDeadline(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	if next := New(ctx, time.Second, time.Minute).NextBackOff(); next != backoff.Stop {
		t.Errorf("pause of %v", next)
	}
}

func TestSleep(t *testing.T) {
	if err := Sleep(context.Background(), time.Microsecond); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
