package extract

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestGuard(t *testing.T) {
	forever := func(ctx context.Context) (Document, error) { <-ctx.Done(); return Document{}, ctx.Err() }
	hungry := func(ctx context.Context) (Document, error) {
		var held [][]byte
		for ctx.Err() == nil && len(held) < 40 {
			held = append(held, make([]byte, 8<<20))
			time.Sleep(time.Millisecond)
		}
		<-ctx.Done()
		runtime.KeepAlive(held)
		return Document{}, ctx.Err()
	}
	canceled, cancel := context.WithCancelCause(context.Background())
	own := errors.New("the invocation ends")
	cancel(own)
	tests := map[string]struct {
		ctx    context.Context
		time   time.Duration
		work   func(context.Context) (Document, error)
		reason Reason // "" where it is no rejection
		cause  error
	}{
		"a panic":         {context.Background(), time.Minute, func(context.Context) (Document, error) { panic("secret") }, Broken, nil},
		"too much time":   {context.Background(), 20 * time.Millisecond, forever, TooComplex, errTime},
		"too much memory": {context.Background(), time.Minute, hungry, TooComplex, errMemory},
		"the caller's":    {canceled, time.Minute, forever, "", own},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			limits := DefaultLimits()
			limits.Time, limits.Memory = c.time, 64<<20
			_, err := guarded(c.ctx, limits, c.work)
			var got Reason
			if r := (*Rejection)(nil); errors.As(err, &r) {
				got = r.Reason
			}
			if err == nil || got != c.reason || c.cause != nil && !errors.Is(err, c.cause) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error is %v", err)
			}
		})
	}
	if _, err := Extract(canceled, []byte("x"), "", DefaultLimits()); !errors.Is(err, own) {
		t.Errorf("error is %v", err)
	}
}

// A parser whose document takes too long ends soon after the answer that it does:
// else it would go on in the time of the next invocation.
func TestParsersEnd(t *testing.T) {
	limits := DefaultLimits()
	limits.Time = 100 * time.Millisecond
	for name, c := range map[string]struct{ declared, data string }{
		"Markdown, links":      {TypeMarkdown, strings.Repeat("[a](", 1<<18)},
		"Markdown, references": {TypeMarkdown, strings.Repeat("[a]: b\n", 10_000) + strings.Repeat("[a] ", 1<<18)},
		"Markdown, lists":      {TypeMarkdown, deepList(1500)},
		"PDF to be repaired":   {TypePDF, "%PDF-1.4\n" + strings.Repeat("1 0 obj\n", 1<<17)},
	} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			_, err := Extract(context.Background(), []byte(c.data), c.declared, limits)
			if !errors.Is(err, errTime) {
				t.Fatalf("error is %v", err)
			}
			for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("it goes on")
				}
			}
		})
	}
}

// deepList has a list in each list, each on a line of its own.
func deepList(depth int) string {
	var out strings.Builder
	for i := range depth {
		out.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return out.String()
}
