package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
)

// The function answers before Lambda ends it, and leaves time for the work when
// it waits.
func TestKeepsTime(t *testing.T) {
	tests := []struct {
		name    string
		path    string // of what never succeeds
		status  int
		reserve time.Duration
		time    time.Duration // of the invocation
		most    time.Duration // until the answer
	}{
		{"the domain does not come", "/_cluster/health", 503, 20 * time.Second, 22500 * time.Millisecond, 5 * time.Second},
		{"conflicts without end", "/_plugins/_security/api/roles/", 409, 0, 3 * time.Second, 2500 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := searchtest.New(t)
			s.Faults = func(_ int, c searchtest.Call) *searchtest.Fault {
				if c.Method == "GET" && tt.status == 409 || !strings.HasPrefix(c.Path, tt.path) {
					return nil
				}
				return &searchtest.Fault{Status: tt.status, Body: `{}`}
			}
			h, _, _ := testHandler(t, s)
			h.reserve, h.pause = tt.reserve, 20*time.Millisecond
			ctx, cancel := context.WithTimeout(context.Background(), tt.time)
			defer cancel()
			begin := time.Now()
			_, err := h.handle(ctx, mustJSON(t, deployment(t)))
			if took := time.Since(begin); typeName(err) != contract.ErrorTransient || took > tt.most {
				t.Errorf("%s after %v: %v", typeName(err), took, err)
			}
		})
	}
}
