package search

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/test/searchtest"
)

// bulkAnswer answers a bulk request of n chunks with a status each.
func bulkAnswer(t *testing.T, c searchtest.Call, status func(id string) int) string {
	t.Helper()
	var items []any
	for i, text := range strings.Split(c.Body, "\n") {
		if i%2 == 1 || text == "" {
			continue
		}
		var action map[string]map[string]string
		if err := json.Unmarshal([]byte(text), &action); err != nil {
			t.Fatal(err)
		}
		id := action["index"]["_id"]
		item := map[string]any{"_id": id, "status": status(id)}
		if status(id) > 299 {
			item["error"] = map[string]string{"type": "some_exception", "reason": "secret"}
		}
		items = append(items, map[string]any{"index": item})
	}
	text, err := json.Marshal(map[string]any{"errors": true, "items": items})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Only what the domain was too busy for is sent again.
func TestPartialFailures(t *testing.T) {
	tests := []struct {
		name   string
		busy   int // rounds in which all odd chunks are refused for now
		never  string
		rounds int
		check  func(error) bool
	}{
		{"busy twice", 2, "", 3, func(err error) bool { return err == nil }},
		{"busy to the end", 9, "", 3, func(err error) bool { return errors.Is(err, ErrUnavailable) }},
		{"one is refused", 1, "acme#d#1#2", 2, func(err error) bool {
			var bulk *BulkError
			return errors.As(err, &bulk) && cmp.Equal(bulk.Items, []ItemError{{"acme#d#1#2", 400, "some_exception"}})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := prepared(t, "acme")
			sent := []int{}
			s.Faults = func(number int, c searchtest.Call) *searchtest.Fault {
				sent = append(sent, strings.Count(c.Body, "\n")/2)
				return &searchtest.Fault{Status: 200, Body: bulkAnswer(t, c, func(id string) int {
					switch {
					case id == tt.never:
						return 400
					case number <= tt.busy && (strings.HasSuffix(id, "1") || strings.HasSuffix(id, "3")):
						return 429
					}
					return 201
				})}
			}
			err := tenantOf(t, s, domainOf(t, s), "acme").Index(context.Background(), Document{ID: "d", Version: 1}, chunksOf(4, "x"))
			if !tt.check(err) || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("error is %v", err)
			}
			if want := []int{4, 2, 2}[:tt.rounds]; !slices.Equal(sent, want) {
				t.Errorf("sent %v, want %v", sent, want)
			}
		})
	}
}

// A deletion goes on until nothing is left, and says when it can't.
func TestDeletionGoesOn(t *testing.T) {
	answers := func(list ...string) (*searchtest.Server, *Tenant) {
		s := prepared(t, "acme")
		s.Faults = func(_ int, c searchtest.Call) *searchtest.Fault {
			if !strings.HasSuffix(c.Path, "_delete_by_query") {
				return nil
			}
			text := list[0]
			if len(list) > 1 {
				list = list[1:]
			}
			return &searchtest.Fault{Status: 200, Body: text}
		}
		return s, tenantOf(t, s, domainOf(t, s), "acme")
	}
	tests := []struct {
		name    string
		answers []string
		count   int
		ok      bool
	}{
		{"full batches", []string{`{"total":2000,"deleted":2000}`, `{"total":2000,"deleted":2000}`, `{"total":1,"deleted":1}`}, 4001, true},
		{"conflicts that end", []string{`{"total":3,"deleted":1,"version_conflicts":2}`, `{"total":2,"deleted":0,"version_conflicts":2}`, `{"total":2,"deleted":2}`}, 3, true},
		{"conflicts without end", []string{`{"total":2,"deleted":0,"version_conflicts":2}`}, 0, false},
		{"failures", []string{`{"total":2,"deleted":1,"failures":[{"cause":"secret"}]}`}, 1, false},
		{"out of time", []string{`{"timed_out":true,"total":9,"deleted":4}`, `{"total":5,"deleted":5}`}, 9, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, tenant := answers(tt.answers...)
			count, err := tenant.Remove(context.Background(), "d", 1, 9)
			if count != tt.count || (err == nil) != tt.ok || err != nil && (!errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("%d, %v", count, err)
			}
			if len(s.Calls()) > 1+idleRounds {
				t.Errorf("%d requests", len(s.Calls()))
			}
		})
	}
	_, tenant := answers(`{"deleted":1}`)
	if _, err := tenant.Remove(context.Background(), "d", 1, 9); !errors.Is(err, ErrMalformed) {
		t.Errorf("malformed: %v", err)
	}
}
