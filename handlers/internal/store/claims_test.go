package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

func TestClaim(t *testing.T) {
	turns, _, c := turnStore(t, "acme")
	ctx := context.Background()
	if _, _, err := turns.Accept(ctx, asks()); err != nil {
		t.Fatal(err)
	}
	claim := func(want bool, state string, attempt int) contract.Turn {
		t.Helper()
		got, ok, err := turns.Claim(ctx, "t1", time.Minute)
		if err != nil || ok != want || got.State != state || got.Attempt != attempt {
			t.Fatalf("%+v, %v, %v", got, ok, err)
		}
		return got
	}
	first := claim(true, contract.TurnRunning, 1)
	if first.LeaseUntil != c.Now().Add(time.Minute).UnixMilli() {
		t.Errorf("until %d", first.LeaseUntil)
	}
	c.Pass(time.Minute - time.Millisecond)
	claim(false, contract.TurnRunning, 1)
	c.Pass(time.Millisecond)
	next := claim(true, contract.TurnRunning, 2)
	// The first one has nothing to say any more.
	if err := turns.Release(ctx, first); err != nil {
		t.Error(err)
	}
	claim(false, contract.TurnRunning, 2)
	if _, done, err := turns.Finish(ctx, first, nil); done || !errors.Is(err, store.ErrLost) {
		t.Errorf("%v, %v", done, err)
	}
	if err := turns.Release(ctx, next); err != nil {
		t.Error(err)
	}
	third := claim(true, contract.TurnRunning, 3)
	if _, done, err := turns.Finish(ctx, next, nil); done || !errors.Is(err, store.ErrLost) {
		t.Errorf("%v, %v", done, err)
	}
	if err := turns.Release(ctx, third); err != nil {
		t.Error(err)
	}
	if _, done, err := turns.Finish(ctx, third, nil); done || !errors.Is(err, store.ErrLost) {
		t.Errorf("a turn that was given back: %v, %v", done, err)
	}
	fourth := claim(true, contract.TurnRunning, 4)
	events := []contract.ChatEvent{{Type: contract.EventTypeDone, Number: 1, Answer: &contract.ChatAnswer{Text: "x", PendingActions: []contract.Action{{Input: []byte(`{"a":1}`)}}, Citations: []contract.Citation{}}}}
	fourth.ConversationID = "conv"
	for range 2 { // the first answer was lost
		done, ok, err := turns.Finish(ctx, fourth, events)
		if !ok || err != nil || done.State != contract.TurnDone {
			t.Fatalf("%+v, %v, %v", done, ok, err)
		}
	}
	got, err := turns.Get(ctx, "t1")
	if d := cmp.Diff(events, got.Events); d != "" || err != nil || got.ConversationID != "conv" {
		t.Error(d, err)
	}
	c.Pass(time.Hour)
	claim(false, contract.TurnDone, 4)
	if err := turns.Release(ctx, fourth); err != nil {
		t.Error(err)
	}
	claim(false, contract.TurnDone, 4)
	if err := turns.Release(ctx, contract.Turn{TurnID: "gone"}); err != nil {
		t.Error(err)
	}
	if _, _, err := turns.Finish(ctx, contract.Turn{TurnID: "gone"}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// Of many who want to answer a turn, one does.
func TestClaimAtOnce(t *testing.T) {
	turns, _, _ := turnStore(t, "acme")
	if _, _, err := turns.Accept(context.Background(), asks()); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	claimed := 0
	for range 20 {
		wait.Go(func() {
			_, ok, err := turns.Claim(context.Background(), "t1", time.Minute)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if ok {
				claimed++
			}
		})
	}
	wait.Wait()
	if claimed != 1 {
		t.Errorf("%d claims", claimed)
	}
}

func TestRebindTurn(t *testing.T) {
	turns, cloud, _ := turnStore(t, "acme")
	ctx := context.Background()
	if _, _, err := turns.Accept(ctx, asks()); err != nil {
		t.Fatal(err)
	}
	if _, err := turns.Rebind(ctx, "t1", "p2", "c2", "e2", 3); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another person's: %v", err)
	}
	mine, _, err := turns.Claim(ctx, "t1", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	// Two of the person's clients come at once: both moves count.
	cloud.Meanwhile("UpdateItem", func() {
		if _, err := turns.Rebind(ctx, "t1", "p1", "c2", "e2", 3); err != nil {
			t.Error(err)
		}
	})
	got, err := turns.Rebind(ctx, "t1", "p1", "c3", "e3", 4)
	if err != nil || got.ConnectionID != "c3" || got.Binding != 2 || got.State != contract.TurnRunning {
		t.Fatalf("%+v, %v", got, err)
	}
	now, done, err := turns.Finish(ctx, mine, nil)
	if done || err != nil || now.ConnectionID != "c3" || now.Endpoint != "e3" || now.SeenEvent != 4 || now.Binding != 2 {
		t.Fatalf("%+v, %v, %v", now, done, err)
	}
	// It moves while it is claimed anew, and ends while it moves.
	if err := turns.Release(ctx, mine); err != nil {
		t.Fatal(err)
	}
	cloud.Meanwhile("UpdateItem", func() {
		if _, err := turns.Rebind(ctx, "t1", "p1", "c4", "e4", 0); err != nil {
			t.Error(err)
		}
	})
	again, ok, err := turns.Claim(ctx, "t1", time.Minute)
	if !ok || err != nil || again.ConnectionID != "c4" || again.Binding != 3 {
		t.Fatalf("%+v, %v, %v", again, ok, err)
	}
	cloud.Meanwhile("UpdateItem", func() {
		if _, ok, err := turns.Finish(ctx, again, []contract.ChatEvent{{Type: contract.EventTypeDone}}); !ok || err != nil {
			t.Error(ok, err)
		}
	})
	late, err := turns.Rebind(ctx, "t1", "p1", "c5", "e5", 0)
	if err != nil || late.State != contract.TurnDone || len(late.Events) != 1 || late.ConnectionID != "c4" {
		t.Errorf("%+v, %v", late, err)
	}
	for range 2 {
		if got, err := turns.Rebind(ctx, "t1", "p1", "c6", "e6", 0); err != nil || cmp.Diff(late, got) != "" {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestTurnsReportTrouble(t *testing.T) {
	turns, cloud, _ := turnStore(t, "acme")
	cloud.SetFault(func(string) error { return fakeaws.Down() })
	ctx := context.Background()
	_, _, accept := turns.Accept(ctx, asks())
	_, finished, finish := turns.Finish(ctx, asks(), nil)
	for name, err := range map[string]error{
		"accept": accept, "get": second(turns.Get(ctx, "t1")), "rebind": second(turns.Rebind(ctx, "t1", "p1", "c", "e", 0)),
		"claim": third(turns.Claim(ctx, "t1", time.Second)), "release": turns.Release(ctx, asks()), "finish": finish,
	} {
		if err == nil || errors.Is(err, store.ErrNotFound) || finished {
			t.Errorf("%s: %v", name, err)
		}
	}
}
