package sse_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/handlers/internal/sse"
)

var wide = sse.Limits{Event: 1 << 10, Events: 100, Total: 1 << 16}

// all are the events of a stream, and how it ends.
func all(from io.Reader, limits sse.Limits) ([]string, error) {
	events := []string{}
	for r := sse.NewReader(from, limits); ; {
		data, err := r.Next()
		if err != nil {
			return events, err
		}
		events = append(events, string(data))
	}
}

func TestNext(t *testing.T) {
	tests := []struct {
		name, stream string
		want         []string
	}{
		{"nothing", "", nil},
		{"one", "data: a\n\n", []string{"a"}},
		{"two lines", "data: a\ndata: b\n\n", []string{"a\nb"}},
		{"one space is the protocol's, the others are data", "data:a\n\ndata:  b\n\n", []string{"a", " b"}},
		{"carriage returns", "data: a\rdata: b\r\rdata: c\r\n\r\n", []string{"a\nb", "c"}},
		{"both, between the lines of one event", "data: a\r\ndata: b\r\n\r\n", []string{"a\nb"}},
		{"carriage return, then an empty line", "data: a\r\n\ndata: b\n\r\n", []string{"a", "b"}},
		{"other fields and comments", ": ping\nevent: x\nid: 7\nretry: 1\ndatabase: no\n data: no\nDATA: no\ndata: a\n\n", []string{"a"}},
		{"no data, no event", "event: x\n\n\n\n: ping\n\ndata: a\n\n", []string{"a"}},
		{"empty data", "data\n\ndata:\ndata:\n\n", []string{"", "\n"}},
		{"a colon in the data", "data: a:b\n\n", []string{"a:b"}},
		{"a byte order mark, at the beginning alone", "\ufeffdata: a\n\n\ufeffdata: b\n\n", []string{"a"}},
		{"not complete", "data: a\n\ndata: b\n", []string{"a"}},
		{"not even a line", "data: a\n\ndata: b", []string{"a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, from := range map[string]io.Reader{
				"at once": strings.NewReader(tt.stream), "by bytes": iotest.OneByteReader(strings.NewReader(tt.stream)),
			} {
				got, err := all(from, wide)
				if want := append([]string{}, tt.want...); !errors.Is(err, io.EOF) || cmp.Diff(want, got) != "" {
					t.Errorf("%s: %v, %s", name, err, cmp.Diff(want, got))
				}
			}
		})
	}
}

func TestLimits(t *testing.T) {
	limits := sse.Limits{Event: 10, Events: 3, Total: 60}
	tests := []struct {
		name, stream string
		events       int
		want         error
	}{
		{"an event just so", "data: 0123456789\n\n", 1, io.EOF},
		{"an event by one", "data: 01234567890\n\n", 0, sse.ErrTooLarge},
		{"an event by its lines", "data: 01234\ndata: 56789\n\n", 0, sse.ErrTooLarge},
		{"a comment", ":" + strings.Repeat("x", 30) + "\n\n", 0, sse.ErrTooLarge},
		{"events just so", strings.Repeat("data:\n\n", 3), 3, io.EOF},
		{"events by one", strings.Repeat("data:\n\n", 4), 3, sse.ErrTooLarge},
		{"the stream just so", strings.Repeat("\n", 60), 0, io.EOF},
		{"the stream by one", strings.Repeat("\n", 61), 0, sse.ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := all(strings.NewReader(tt.stream), limits)
			if !errors.Is(err, tt.want) || len(got) != tt.events {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	broken := errors.New("broken")
	if _, err := all(io.MultiReader(strings.NewReader("data: a\n\n"), iotest.ErrReader(broken)), limits); !errors.Is(err, broken) {
		t.Errorf("a broken stream: %v", err)
	}
}

// FuzzNext: no stream gets beyond the limits, and its events do not depend on
// how it comes in pieces or how its lines end.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"data: a\n\n", "data: a\rdata:b\r\n\r\n", "\ufeff:x\n\ndata\n\n", "data: {\"type\":\"delta\"}\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		limits := sse.Limits{Event: 64, Events: 8, Total: 512}
		got, err := all(strings.NewReader(stream), limits)
		if err == nil || len(got) > limits.Events {
			t.Fatalf("%d events, %v", len(got), err)
		}
		for _, e := range got {
			if len(e) > limits.Event {
				t.Fatalf("an event of %d bytes", len(e))
			}
		}
		pieces, err2 := all(iotest.OneByteReader(strings.NewReader(stream)), limits)
		if d := cmp.Diff(got, pieces); d != "" || !errors.Is(err2, err) {
			t.Fatalf("in pieces: %v, %s", err2, d)
		}
		if !strings.Contains(stream, "\r") && errors.Is(err, io.EOF) {
			old, _ := all(strings.NewReader(strings.ReplaceAll(stream, "\n", "\r")), limits)
			if d := cmp.Diff(got, old); d != "" {
				t.Fatalf("with CR: %s", d)
			}
		}
	})
}
