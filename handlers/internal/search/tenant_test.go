package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/searchtest"
)

// chunksOf are n chunks whose vectors turn slowly away from (1, 0).
func chunksOf(n int, text string) []Chunk {
	list := make([]Chunk, n)
	for i := range list {
		angle := float64(i) / 100
		list[i] = Chunk{Index: i, Text: fmt.Sprintf("%s %d", text, i), Vector: []float32{float32(math.Cos(angle)), float32(math.Sin(angle))}}
	}
	return list
}

// entries names what is in the index: tenant, document, version and chunk.
func entries(s *searchtest.Server) []string {
	var list []string
	for _, d := range s.Documents(contract.VectorIndex) {
		list = append(list, fmt.Sprint(d["embeddingId"]))
	}
	slices.Sort(list)
	return list
}

func TestIndexSupersedeSearchRemove(t *testing.T) {
	ctx := context.Background()
	s := prepared(t, "acme")
	tenant := tenantOf(t, s, domainOf(t, s), "acme")
	v1, v2 := Document{ID: "d", Version: 1, Title: "T"}, Document{ID: "d", Version: 2, Title: "T2"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(tenant.Index(ctx, v1, chunksOf(3, "old")))
	must(tenant.Index(ctx, v1, chunksOf(3, "old"))) // again
	_, err := tenant.Supersede(ctx, v1, 3)
	must(err)
	must(tenant.Index(ctx, Document{ID: "other", Version: 1}, chunksOf(1, "other")))
	must(tenant.Index(ctx, v2, chunksOf(2, "new")))
	deleted, err := tenant.Supersede(ctx, v2, 2)
	must(err)
	if deleted != 3 {
		t.Errorf("%d deleted", deleted)
	}
	if d := cmp.Diff([]string{"acme#d#2#0", "acme#d#2#1", "acme#other#1#0"}, entries(s)); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	deleted, err = tenant.Supersede(ctx, v2, 2)
	if err != nil || deleted != 0 {
		t.Errorf("again: %d, %v", deleted, err)
	}
	got, err := tenant.Nearest(ctx, Query{Vector: []float32{1, 0}, Passages: 10, MinScore: 0.99999})
	must(err)
	want := []Passage{{DocumentID: "d", Title: "T2", Version: 2, Text: "new 0", Score: 1}, {DocumentID: "other", Version: 1, Text: "other 0", Score: 1}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("passages (-want +got):\n%s", d)
	}
	// The same version, cut into fewer chunks.
	must(tenant.Index(ctx, v2, chunksOf(1, "newer")))
	if deleted, err = tenant.Supersede(ctx, v2, 1); err != nil || deleted != 1 {
		t.Errorf("fewer chunks: %d, %v", deleted, err)
	}
	// An old version that comes late deletes nothing newer.
	must(tenant.Index(ctx, v1, chunksOf(3, "old")))
	if deleted, err = tenant.Supersede(ctx, v1, 3); err != nil || deleted != 0 {
		t.Errorf("late: %d, %v", deleted, err)
	}
	must(tenant.Index(ctx, Document{ID: "d", Version: 3}, chunksOf(2, "newest")))
	if err := tenant.Find(ctx, Document{ID: "d", Version: 3}, 2); err != nil {
		t.Error(err)
	}
	if deleted, err = tenant.Remove(ctx, "d", 2, 2); err != nil || deleted != 1 {
		t.Errorf("of one version removed %d, %v", deleted, err)
	}
	if deleted, err = tenant.Remove(ctx, "d", 1, 2); err != nil || deleted != 3 {
		t.Errorf("of older versions removed %d, %v", deleted, err)
	}
	if deleted, err = tenant.Remove(ctx, "d", 1, 9); err != nil || deleted != 2 {
		t.Errorf("removed %d, %v", deleted, err)
	}
	if d := cmp.Diff([]string{"acme#other#1#0"}, entries(s)); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	for _, c := range s.Calls() {
		if c.By.Tenant != "acme" || c.Method != "POST" || !strings.HasPrefix(c.Path, "/flowops-vectors-acme/_") || c.Status != 200 {
			t.Errorf("%s %s by %+v: %d", c.Method, c.Path, c.By, c.Status)
		}
	}
}

// What is replaced stays until what replaces it is found.
func TestSupersedeNeedsTheNewVersion(t *testing.T) {
	ctx := context.Background()
	s := prepared(t, "acme")
	tenant := tenantOf(t, s, domainOf(t, s), "acme")
	if err := tenant.Index(ctx, Document{ID: "d", Version: 1}, chunksOf(3, "old")); err != nil {
		t.Fatal(err)
	}
	if err := tenant.Index(ctx, Document{ID: "d", Version: 2}, chunksOf(2, "new")); err != nil {
		t.Fatal(err)
	}
	before := entries(s)
	_, err := tenant.Supersede(ctx, Document{ID: "d", Version: 2}, 3)
	var not *NotSearchableError
	if !errors.As(err, &not) || *not != (NotSearchableError{2, 3}) {
		t.Errorf("error is %v", err)
	}
	for _, d := range []Document{{"d", 0, ""}, {"", 2, ""}} {
		if _, err := tenant.Supersede(ctx, d, 2); err == nil {
			t.Errorf("%+v supersedes", d)
		}
	}
	if _, err := tenant.Supersede(ctx, Document{ID: "d", Version: 2}, 0); err == nil {
		t.Error("no chunks supersede")
	}
	if _, err := tenant.Remove(ctx, "", 1, 9); err == nil {
		t.Error("no document is removed")
	}
	for _, span := range [][2]int{{0, 1}, {2, 1}, {-1, -1}} {
		if _, err := tenant.Remove(ctx, "d", span[0], span[1]); err == nil {
			t.Errorf("versions %v are removed", span)
		}
	}
	if d := cmp.Diff(before, entries(s)); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
}

// Two tenants in one shard, with the same documents, at once.
func TestTenantsAreApart(t *testing.T) {
	ctx := context.Background()
	s := prepared(t, "acme", "acme2")
	d := domainOf(t, s)
	var wait sync.WaitGroup
	for _, id := range []string{"acme", "acme2"} {
		tenant := tenantOf(t, s, d, id)
		wait.Go(func() {
			document := Document{ID: "d", Version: 1, Title: id}
			if err := tenant.Index(ctx, document, chunksOf(20, id)); err != nil {
				t.Error(err)
				return
			}
			if _, err := tenant.Supersede(ctx, document, 20); err != nil {
				t.Error(err)
			}
			for range 20 {
				got, err := tenant.Nearest(ctx, Query{Vector: []float32{1, 0}, Passages: 10})
				if err != nil || len(got) != 10 { // all ten are its own: the filter is in the clause
					t.Errorf("%s: %d passages, %v", id, len(got), err)
				}
				for _, p := range got {
					if p.Title != id || !strings.HasPrefix(p.Text, id+" ") {
						t.Errorf("%s finds %+v", id, p)
					}
				}
			}
		})
	}
	wait.Wait()
	if _, err := tenantOf(t, s, d, "acme").Remove(ctx, "d", 1, 9); err != nil {
		t.Error(err)
	}
	left := entries(s)
	if len(left) != 20 || slices.ContainsFunc(left, func(id string) bool { return !strings.HasPrefix(id, "acme2#") }) {
		t.Errorf("left: %v", left)
	}
	// One tenant's credentials are no good for the other's alias.
	foreign, err := d.Tenant("acme2", s.Credentials(searchtest.Principal{RoleARN: writerARN, Tenant: "acme"}))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := foreign.Nearest(ctx, anything); !HasStatus(err, 403) {
		t.Errorf("found %v, %v", got, err)
	}
}

func TestAliasThatIsGone(t *testing.T) {
	s := prepared(t)
	tenant := tenantOf(t, s, domainOf(t, s), "acme")
	if err := tenant.Index(context.Background(), Document{ID: "d", Version: 1}, chunksOf(1, "x")); !HasType(err, "index_not_found_exception") {
		t.Errorf("error is %v", err)
	}
}
