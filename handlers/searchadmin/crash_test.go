package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
)

// A crash between any two calls, before or after a call was done, leaves what
// the next run completes.
func TestCrashes(t *testing.T) {
	for _, done := range []bool{false, true} {
		for _, scene := range []string{"setup", "come", "go"} {
			t.Run(fmt.Sprintf("%s, done %v", scene, done), func(t *testing.T) {
				for at := 1; ; at++ {
					if !crash(t, scene, at, done) {
						if at < 4 {
							t.Errorf("the scene has %d calls", at)
						}
						return
					}
				}
			})
		}
	}
}

// crash plays a scene that ends at its at-th call, and then again. It returns
// false where the scene has fewer calls.
func crash(t *testing.T, scene string, at int, done bool) bool {
	s := searchtest.New(t)
	h, _, _ := testHandler(t, s)
	h.log = nopLog()
	play := func(in contract.SearchRequest) {
		t.Helper()
		if _, err := invoke(t, h, in); err != nil {
			t.Fatalf("call %d: %v", at, err)
		}
	}
	in := deployment(t)
	if scene != "setup" {
		play(in)
		play(tenantRequest("other", false))
		fill(t, s, "other", 3)
		in = tenantRequest("acme", false)
	}
	if scene == "go" {
		play(in)
		fill(t, s, "acme", 3)
		in = tenantRequest("acme", true)
	}
	s.Forget()
	crashed := false
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.Faults = func(number int, _ searchtest.Call) *searchtest.Fault {
		if number != at {
			return nil
		}
		crashed = true
		cancel() // nothing follows
		return &searchtest.Fault{Done: done}
	}
	if _, err := h.handle(ctx, mustJSON(t, in)); err == nil && crashed {
		t.Errorf("call %d: crashed without an error", at)
	}
	s.Faults = nil
	play(in)
	if got, err := invoke(t, h, in); err != nil || len(got.Changed)+got.DeletedVectors > 0 {
		t.Errorf("call %d: not complete: %v, %v", at, got, err)
	}
	readers, _ := s.Mapped(contract.SearchRoleReader)
	writers, _ := s.Mapped(contract.SearchRoleWriter)
	here := scene == "come"
	var left int
	for _, d := range s.Documents(contract.VectorIndex) {
		if strings.HasPrefix(fmt.Sprint(d["embeddingId"]), "acme#") {
			left++
		}
	}
	if slices.Contains(readers, agentRole+"acme") != here || slices.Contains(s.Aliases(contract.VectorIndex), "flowops-vectors-acme") != here ||
		!slices.Equal(writers, []string{writerARN}) || left > 0 || slices.Contains(readers, agentRole+"other") != (scene != "setup") {
		t.Errorf("call %d: readers %v, writers %v, aliases %v, %d entries left", at, readers, writers, s.Aliases(contract.VectorIndex), left)
	}
	return crashed
}
