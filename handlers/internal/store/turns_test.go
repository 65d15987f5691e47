package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/store"
)

func turnStore(t *testing.T, tenant string) (store.Turns, *fakeaws.Cloud, *handlertest.Clock) {
	t.Helper()
	c := handlertest.NewClock(time.Now().UTC().Truncate(time.Millisecond), 0) // scopes have credentials of now
	cloud := fakeaws.New(c.Now)
	turns, err := store.NewTurns(scope(t, cloud, tenant), contract.Connections.Name, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	return turns, cloud, c
}

func asks() contract.Turn {
	return contract.Turn{TurnID: "t1", Subject: "p1", Asked: store.Asked("", "", "hello"), ConnectionID: "c1", Endpoint: "e1"}
}

func TestAccept(t *testing.T) {
	turns, _, c := turnStore(t, "acme")
	ctx := context.Background()
	dirty := asks()
	dirty.State, dirty.Attempt, dirty.LeaseUntil, dirty.Binding, dirty.SeenEvent, dirty.Events = contract.TurnDone, 3, 4, 5, 6, []contract.ChatEvent{{}}
	put, first, err := turns.Accept(ctx, dirty)
	want := asks()
	want.TenantID, want.State, want.AcceptedAt, want.ExpiresAt = "acme", contract.TurnAccepted, store.Time(c.Now()), c.Now().Add(store.RememberFor).Unix()
	if d := cmp.Diff(want, put); d != "" || !first || err != nil {
		t.Fatal(d, first, err)
	}
	got, err := turns.Get(ctx, "t1")
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(d, err)
	}
	c.Pass(time.Second)
	same := asks()
	same.ConnectionID = "c2" // where it goes is no part of the question
	if got, first, err := turns.Accept(ctx, same); cmp.Diff(want, got) != "" || first || err != nil {
		t.Errorf("again: %+v, %v, %v", got, first, err)
	}
	for name, change := range map[string]func(*contract.Turn){
		"another question": func(t *contract.Turn) { t.Asked = store.Asked("", "", "hello?") }, "another person": func(t *contract.Turn) { t.Subject = "p2" },
	} {
		other := asks()
		change(&other)
		if _, first, err := turns.Accept(ctx, other); !errors.Is(err, store.ErrKeyReused) || first {
			t.Errorf("%s: %v, %v", name, first, err)
		}
	}
	var id *store.InvalidIDError
	bad := asks()
	bad.TurnID = "a#b"
	if _, _, err := turns.Accept(ctx, bad); !errors.As(err, &id) {
		t.Errorf("an id that can't be one: %v", err)
	}
	// When it has expired, it is as if it were not there, removed or not.
	c.Pass(store.RememberFor)
	for name, err := range map[string]error{
		"get": second(turns.Get(ctx, "t1")), "rebind": second(turns.Rebind(ctx, "t1", "p1", "c2", "e2", 0)), "claim": third(turns.Claim(ctx, "t1", time.Second)), "no id": second(turns.Get(ctx, "a#b")),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	replay := asks()
	replay.AcceptedAt = "2026-01-02T03:04:05.000Z"
	if got, first, err := turns.Accept(ctx, replay); !first || err != nil || got.AcceptedAt != replay.AcceptedAt {
		t.Errorf("%+v, %v, %v", got, first, err)
	}
}

func second[A any](_ A, err error) error { return err }

func third[A, B any](_ A, _ B, err error) error { return err }

// What is asked is told apart part by part.
func TestAsked(t *testing.T) {
	seen := map[string]bool{}
	for _, parts := range [][3]string{{"", "", "abc"}, {"a", "", "bc"}, {"", "a", "bc"}, {"a", "b", "c"}, {"ab", "", "c"}} {
		d := store.Asked(parts[0], parts[1], parts[2])
		if seen[d] || len(d) != 64 {
			t.Errorf("%v: %s", parts, d)
		}
		seen[d] = true
	}
	if store.KeyedTurn("ab", "c") == store.KeyedTurn("a", "bc") {
		t.Error("two people share a turn")
	}
}

// A turn is its tenant's: another tenant's turn of the same id is another one.
func TestTurnsOfTenants(t *testing.T) {
	turns, cloud, c := turnStore(t, "acme")
	other, err := store.NewTurns(scope(t, cloud, "acme2"), contract.Connections.Name, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := turns.Accept(context.Background(), asks()); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Get(context.Background(), "t1"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if _, err := other.Rebind(context.Background(), "t1", "p1", "c", "e", 0); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}
