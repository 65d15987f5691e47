package handlertest

import (
	"sync"
	"time"
)

// Clock is a time that a test sets. It is safe for concurrent use.
type Clock struct {
	mu   sync.Mutex
	at   time.Time
	tick time.Duration
}

// NewClock is a clock that goes on by tick each time that it is looked at: with
// a tick, no two moments are one; without, it stands still.
func NewClock(at time.Time, tick time.Duration) *Clock { return &Clock{at: at, tick: tick} }

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(c.tick)
	return c.at
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
