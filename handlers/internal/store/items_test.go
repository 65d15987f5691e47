package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

func (r *recordsOf) place(tenant, sort string) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	r.cloud.Put(contract.Tickets.Name, store.Item{"PK": text("TENANT#" + tenant), "SK": text(sort), "more": text("x")})
}

// Pages hold all items of a kind once, and nobody else's; keys are keys alone.
func TestItems(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	for n := range 7 {
		r.place("acme", fmt.Sprintf("TICKET#%d", n))
		r.place("acme2", fmt.Sprintf("TICKET#%d", n))
	}
	r.place("acme", "REQUEST#1")
	items, err := store.NewItems(r.scope, contract.Tickets, contract.Tickets.Name, r.now)
	if err != nil {
		t.Fatal(err)
	}
	seen, after, pages := 0, "", 0
	for {
		page, next, err := items.Page(ctx, "TICKET#", after, 3)
		if err != nil {
			t.Fatal(err)
		}
		seen, pages = seen+len(page), pages+1
		if next == "" {
			break
		}
		after = next
	}
	if seen != 7 || pages != 3 {
		t.Errorf("%d items in %d pages", seen, pages)
	}
	keys, err := items.Keys(ctx, 5)
	if err != nil || len(keys) != 5 || len(keys[0]) != 2 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	r.cloud.Scarce(1)
	if n, err := items.Delete(ctx, keys); n != 2 || !errors.Is(err, store.ErrBusy) {
		t.Errorf("deleted %d: %v", n, err)
	}
	for {
		keys, err := items.Keys(ctx, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(keys) == 0 {
			break
		}
		if n, err := items.Delete(ctx, keys); n != len(keys) || err != nil {
			t.Fatal(n, err)
		}
	}
	if left := r.cloud.Items(contract.Tickets.Name); len(left) != 7 {
		t.Errorf("%d items are left, want the neighbour's 7", len(left))
	}
	r.cloud.SetFault(func(string) error { return fakeaws.Down() })
	if _, _, err := items.Page(ctx, "T", "", 3); err == nil {
		t.Error("no error of a page")
	}
	if _, err := items.Keys(ctx, 3); err == nil {
		t.Error("no error of keys")
	}
	if _, err := items.Delete(ctx, keys); err == nil {
		t.Error("no error of a deletion")
	}
	if _, err := store.NewItems(tenant.Scope{}, contract.Tickets, "x", r.now); err == nil {
		t.Error("items of nobody")
	}
}

// What somebody made of a record is written where it is still so, and nobody
// holds it.
func TestReplace(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	held, err := r.Hold(ctx, "me", time.Minute, func(a store.AgentRecord) (store.AgentRecord, error) {
		a.State, a.Operation = contract.AgentErasing, "op"
		return a, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	write := func(a store.AgentRecord, want error) {
		t.Helper()
		r.time = r.time.Add(time.Second)
		if _, err := r.Replace(ctx, a); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	write(held, store.ErrBusy) // it is held
	free, err := r.Release(ctx, held)
	if err != nil {
		t.Fatal(err)
	}
	old := free
	free.Step = "erase"
	write(free, nil)
	write(old, store.ErrBusy) // it changed
	now, err := r.Record(ctx)
	if err != nil || now.Step != "erase" {
		t.Fatalf("%+v, %v", now, err)
	}
	other := now
	other.Operation = "another"
	write(other, store.ErrBusy)
	// A hold that was begun on what it is no more is none.
	if _, err := r.Hold(ctx, "late", time.Minute, func(a store.AgentRecord) (store.AgentRecord, error) {
		write(a, nil)
		return a, nil
	}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("held what changed: %v", err)
	}
	if err := r.RemoveErased(ctx, "another"); !errors.Is(err, store.ErrHeld) {
		t.Errorf("removed by another operation: %v", err)
	}
	for range 2 {
		if err := r.RemoveErased(ctx, "op"); err != nil {
			t.Error(err)
		}
	}
	if _, err := r.Record(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
}
