// Package sse reads server-sent events (WHATWG HTML, "Server-sent events")
// within bounds. It hands on their data alone: the protocols here have their
// types in it.
package sse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MediaType is that of a stream of events.
const MediaType = "text/event-stream"

// ErrTooLarge is the error of a stream that goes beyond the reader's limits.
var ErrTooLarge = errors.New("the event stream is larger than it may be")

// Limits are what a stream may have.
type Limits struct {
	Event  int // bytes of an event, and of any line
	Events int
	Total  int // bytes of the stream
}

// Reader reads the events of a stream. It is for one goroutine.
type Reader struct {
	from   *bufio.Reader
	limits Limits
	read   int // bytes so far
	events int
	began  bool
	skipLF bool // the line before ended in CR: a LF that follows is of its end
	line   []byte
	data   []byte
	any    bool // data holds at least one line, maybe an empty one
}

// NewReader returns a reader of the stream.
func NewReader(from io.Reader, limits Limits) *Reader {
	return &Reader{from: bufio.NewReader(from), limits: limits}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// Next returns the data of the next event that has any, valid until the next
// call. Its errors are io.EOF at the stream's end, where an event that is not
// complete is none, ErrTooLarge, and those of the stream.
func (r *Reader) Next() ([]byte, error) {
	r.data, r.any = r.data[:0], false
	for {
		line, err := r.readLine()
		if err != nil {
			return nil, err
		}
		if len(line) > 0 {
			if err := r.field(line); err != nil {
				return nil, err
			}
			continue
		}
		if !r.any { // of an event without data, or a second blank line
			continue
		}
		if r.events++; r.events > r.limits.Events {
			return nil, ErrTooLarge
		}
		return r.data, nil
	}
}

// field takes a line into the event.
func (r *Reader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	if string(name) != "data" { // a comment, or a field that means nothing here
		return nil
	}
	value = bytes.TrimPrefix(value, []byte(" "))
	if r.any {
		r.data = append(r.data, '\n')
	}
	if r.any = true; len(r.data)+len(value) > r.limits.Event {
		return ErrTooLarge
	}
	r.data = append(r.data, value...)
	return nil
}

// readLine returns the next line without its end, which is CR, LF or both. A
// line that the stream ends in is none.
func (r *Reader) readLine() ([]byte, error) {
	r.line = r.line[:0]
	for {
		b, err := r.from.ReadByte()
		if err != nil {
			return nil, err
		}
		if r.read++; r.read > r.limits.Total {
			return nil, ErrTooLarge
		}
		if skip := r.skipLF; skip {
			if r.skipLF = false; b == '\n' {
				continue
			}
		}
		if b == '\n' || b == '\r' {
			r.skipLF = b == '\r'
			line := r.line
			if !r.began {
				r.began, line = true, bytes.TrimPrefix(line, byteOrderMark)
			}
			return line, nil
		}
		if len(r.line) == r.limits.Event+len("data: ")+len(byteOrderMark) {
			return nil, ErrTooLarge
		}
		r.line = append(r.line, b)
	}
}
