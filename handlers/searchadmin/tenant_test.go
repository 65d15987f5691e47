package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/test/searchtest"
)

// fill gives a tenant n entries, by the role of ingestion.
func fill(t *testing.T, s *searchtest.Server, tenant string, n int) {
	t.Helper()
	d, err := search.NewDomain(search.Config{Endpoint: s.Host(), Region: searchtest.Region, HTTP: s.Client()})
	if err != nil {
		t.Fatal(err)
	}
	it, err := d.Tenant(tenant, s.Credentials(searchtest.Principal{RoleARN: writerARN, Tenant: tenant}))
	if err != nil {
		t.Fatal(err)
	}
	chunks := make([]search.Chunk, n)
	for i := range chunks {
		chunks[i] = search.Chunk{Index: i, Text: "text", Vector: make([]float32, 1024)}
		chunks[i].Vector[i%1024] = 1
	}
	if err := it.Index(context.Background(), search.Document{ID: "d", Version: 1}, chunks); err != nil {
		t.Fatal(err)
	}
}

// finds is how many passages a tenant's agent finds.
func finds(t *testing.T, s *searchtest.Server, tenant string) (int, error) {
	t.Helper()
	d, err := search.NewDomain(search.Config{Endpoint: s.Host(), Region: searchtest.Region, HTTP: s.Client()})
	if err != nil {
		t.Fatal(err)
	}
	it, err := d.Tenant(tenant, s.Credentials(searchtest.Principal{RoleARN: agentRole + tenant, Tenant: tenant}))
	if err != nil {
		t.Fatal(err)
	}
	vector := make([]float32, 1024)
	vector[0] = 1
	passages, err := it.Nearest(context.Background(), search.Query{Vector: vector, Passages: 50})
	return len(passages), err
}

func TestTenantsComeAndGo(t *testing.T) {
	s := searchtest.New(t)
	h, _, log := testHandler(t, s)
	do := func(in contract.SearchRequest, want ...string) *contract.SearchReport {
		t.Helper()
		got, err := invoke(t, h, in)
		if err != nil {
			t.Fatalf("%v\n%s", err, log)
		}
		if !slices.Equal(got.Changed, want) {
			t.Errorf("changed %v, want %v", got.Changed, want)
		}
		return got
	}
	if _, err := invoke(t, h, deployment(t)); err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{"acme", "acme2"} {
		do(tenantRequest(tenant, false), "alias flowops-vectors-"+tenant, "mapping of flowops_vectors_reader")
		do(tenantRequest(tenant, false))
		fill(t, s, tenant, 5)
	}
	master := h.master
	if err := master.Do(context.Background(), "POST", "/"+contract.VectorIndex+"/_refresh", nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{"acme", "acme2"} {
		if n, err := finds(t, s, tenant); n != 5 || err != nil {
			t.Errorf("%s finds %d: %v", tenant, n, err)
		}
	}
	report := do(tenantRequest("acme", true), "mapping of flowops_vectors_reader", "no alias flowops-vectors-acme")
	if report.DeletedVectors != 5 {
		t.Errorf("%d entries deleted", report.DeletedVectors)
	}
	if report = do(tenantRequest("acme", true)); report.DeletedVectors != 0 {
		t.Errorf("again: %d entries deleted", report.DeletedVectors)
	}
	if n, err := finds(t, s, "acme"); err == nil {
		t.Errorf("who is gone finds %d", n)
	}
	if n, err := finds(t, s, "acme2"); n != 5 || err != nil {
		t.Errorf("who stays finds %d: %v", n, err)
	}
	if roles, _ := s.Mapped(contract.SearchRoleReader); slices.Contains(roles, agentRole+"acme") || !slices.Contains(roles, agentRole+"acme2") {
		t.Errorf("readers: %v", roles)
	}
	if d := cmp.Diff([]string{"flowops-vectors-acme2"}, s.Aliases(contract.VectorIndex)); d != "" {
		t.Errorf("aliases (-want +got):\n%s", d)
	}
	do(tenantRequest("acme", false), "alias flowops-vectors-acme", "mapping of flowops_vectors_reader") // back again
	if n, err := finds(t, s, "acme"); n != 0 || err != nil {
		t.Errorf("who is back finds %d: %v", n, err)
	}
}

// A tenant that never came leaves without an error, from a domain without the
// index too.
func TestRemovalOfNothing(t *testing.T) {
	s := searchtest.New(t)
	h, _, _ := testHandler(t, s)
	for _, prepare := range []bool{false, true} {
		if prepare {
			if _, err := invoke(t, h, deployment(t)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := invoke(t, h, tenantRequest("acme", true))
		if d := cmp.Diff(&contract.SearchReport{Changed: []string{}}, got); d != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
	}
}

// An alias that is not as it must be is made right.
func TestWrongAlias(t *testing.T) {
	s := searchtest.New(t)
	h, _, _ := testHandler(t, s)
	if _, err := invoke(t, h, deployment(t)); err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	do := func(method, path string, body any) {
		t.Helper()
		if err := h.master.Do(context.Background(), method, path, body, nil); err != nil {
			t.Fatal(err)
		}
	}
	do("PUT", "/old", nil)
	do("POST", "/_aliases", object{"actions": []any{
		object{"add": object{"index": "old", "alias": "flowops-vectors-acme"}},
		object{"add": object{"index": contract.VectorIndex, "alias": "flowops-vectors-acme"}},
	}})
	got, err := invoke(t, h, tenantRequest("acme", false))
	if err != nil || !slices.Contains(got.Changed, "alias flowops-vectors-acme") || len(s.Aliases("old")) > 0 {
		t.Errorf("%v, %v, old has %v", got, err, s.Aliases("old"))
	}
	if got, err = invoke(t, h, tenantRequest("acme", false)); err != nil || len(got.Changed) > 0 {
		t.Errorf("again: %v, %v", got, err)
	}
}

// Many at once: everybody who came is there, everybody who left is gone.
func TestManyAtOnce(t *testing.T) {
	s := searchtest.New(t)
	conflicts := map[string]bool{}
	s.Faults = func(_ int, c searchtest.Call) *searchtest.Fault { // each write of access is refused once
		if c.Method != "PATCH" || conflicts[c.Body] {
			return nil
		}
		conflicts[c.Body] = true
		return &searchtest.Fault{Status: 409, Body: `{"status":"CONFLICT","message":"version conflict"}`}
	}
	h, _, _ := testHandler(t, s)
	run := func(in contract.SearchRequest) {
		if _, err := invoke(t, h, in); err != nil {
			t.Error(err)
		}
	}
	var wait sync.WaitGroup
	all := func(requests ...contract.SearchRequest) {
		for _, in := range requests {
			wait.Go(func() { run(in) })
		}
		wait.Wait()
	}
	h.log = nopLog()
	all(deployment(t), deployment(t), deployment(t))
	var come, leave []contract.SearchRequest
	for i := range 12 {
		come = append(come, tenantRequest(fmt.Sprintf("tenant-%d", i), false))
		if i%2 == 0 {
			leave = append(leave, tenantRequest(fmt.Sprintf("tenant-%d", i), true))
		}
	}
	all(append(slices.Clone(come), deployment(t), deployment(t))...)
	all(append(slices.Clone(leave), deployment(t), tenantRequest("late", false))...)
	roles, _ := s.Mapped(contract.SearchRoleReader)
	for i := range 12 {
		tenant := fmt.Sprintf("tenant-%d", i)
		stays := i%2 == 1
		if slices.Contains(roles, agentRole+tenant) != stays || slices.Contains(s.Aliases(contract.VectorIndex), "flowops-vectors-"+tenant) != stays {
			t.Errorf("%s stays: %v; readers %v, aliases %v", tenant, stays, roles, s.Aliases(contract.VectorIndex))
		}
	}
	if !slices.Contains(roles, agentRole+"late") {
		t.Errorf("readers: %v", roles)
	}
}
