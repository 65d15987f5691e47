package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// recordsOf is the agents table of a tenant, in an account in memory whose clock
// stands still.
type recordsOf struct {
	cloud *fakeaws.Cloud
	scope tenant.Scope
	time  time.Time
	store.Agents
}

func (r *recordsOf) now() time.Time { return r.time }

func newRecords(t *testing.T, id string) *recordsOf {
	t.Helper()
	r := &recordsOf{time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	r.cloud = fakeaws.New(r.now)
	scopes := tenant.NewScopes(tenant.Options{STS: r.cloud, Base: aws.Config{Region: "us-east-1"}, Function: contract.AgentProvisioner, Clients: r.cloud.Clients(), Now: r.now})
	identity, err := tenant.FromHandover(contract.ChatHandover{TenantID: id, Subject: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if r.scope, err = scopes.Scope(context.Background(), identity); err != nil {
		t.Fatal(err)
	}
	if r.Agents, err = store.NewAgents(r.scope, contract.Agents.Name, r.now); err != nil {
		t.Fatal(err)
	}
	return r
}

// to begins the work on a tenant in a state.
func to(state string) func(store.AgentRecord) (store.AgentRecord, error) {
	return func(r store.AgentRecord) (store.AgentRecord, error) {
		r.State = state
		r.Version++
		return r, nil
	}
}

func TestOnlyReadyAgentsCount(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	for _, state := range []string{"", contract.AgentProvisioning, contract.AgentOffboarding, contract.AgentErasing, "Ready", contract.AgentReady} {
		r.time = r.time.Add(time.Hour)
		held, err := r.Hold(ctx, "me-"+state, time.Minute, func(store.AgentRecord) (store.AgentRecord, error) {
			return store.AgentRecord{AgentConfiguration: contract.AgentConfiguration{State: state, APIKeyID: "key", AgentARN: "arn"}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		cache := store.NewAgentCache(contract.Agents.Name, r.now)
		for range 2 { // nothing else is kept either
			agent, err := cache.Get(ctx, r.scope)
			key, _ := cache.KeyID(ctx, r.scope)
			if ready := state == contract.AgentReady; ready != (err == nil) || ready != (agent.AgentARN == "arn") || ready != (key == "key") ||
				!ready && (!errors.Is(err, store.ErrNotReady) || !errors.Is(err, store.ErrNotFound)) {
				t.Errorf("%q: %+v, %q, %v", state, agent, key, err)
			}
		}
		if record, err := r.Record(ctx); err != nil || record.APIKeyID != "key" || held.Holder != "me-"+state {
			t.Errorf("%q: the provisioner sees %+v, %v", state, record, err)
		}
	}
}

func TestHold(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	first, err := r.Hold(ctx, "first", time.Minute, to(contract.AgentProvisioning))
	if err != nil || first.Version != 1 || first.TenantID != "acme" || first.CreatedAt == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	if _, err := r.Hold(ctx, "second", time.Minute, to(contract.AgentReady)); !errors.Is(err, store.ErrHeld) {
		t.Errorf("held: %v", err)
	}
	r.time = r.time.Add(time.Minute) // the first one never said that it ended
	second, err := r.Hold(ctx, "second", time.Minute, to(contract.AgentReady))
	if err != nil || second.Version != 2 || second.CreatedAt != first.CreatedAt {
		t.Fatalf("%+v, %v", second, err)
	}
	first.Name = "late"
	if _, err := r.Save(ctx, first); !errors.Is(err, store.ErrHeld) {
		t.Errorf("the first one writes: %v", err)
	}
	if _, err := r.Release(ctx, first); !errors.Is(err, store.ErrHeld) {
		t.Errorf("the first one releases: %v", err)
	}
	if err := r.Remove(ctx, first); !errors.Is(err, store.ErrHeld) {
		t.Errorf("the first one removes: %v", err)
	}
	second.Name = "mine"
	if second, err = r.Save(ctx, second); err != nil {
		t.Fatal(err)
	}
	if released, err := r.Release(ctx, second); err != nil || released.Holder != "" {
		t.Errorf("%+v, %v", released, err)
	}
	if _, err := r.Release(ctx, second); err != nil {
		t.Errorf("again, where the answer was lost: %v", err)
	}
	third, err := r.Hold(ctx, "third", time.Minute, to(contract.AgentOffboarding))
	if err != nil || third.Name != "mine" {
		t.Fatalf("%+v, %v", third, err)
	}
	for range 2 {
		if err := r.Remove(ctx, third); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if _, err := r.Record(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// A hold that was written and whose answer was lost is held by the same call
// sent again, as the SDK does.
func TestHoldWhoseAnswerWasLost(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	begin := func(standing store.AgentRecord) (store.AgentRecord, error) {
		r.cloud.Meanwhile("PutItem", func() { // the first attempt took effect
			standing.State, standing.Holder, standing.HeldUntil = contract.AgentReady, "me", r.time.Add(time.Hour).UnixMilli()
			if _, err := r.Hold(ctx, "me", time.Hour, func(store.AgentRecord) (store.AgentRecord, error) { return standing, nil }); err != nil {
				t.Error(err)
			}
		})
		standing.State = contract.AgentReady
		return standing, nil
	}
	if held, err := r.Hold(ctx, "me", time.Hour, begin); err != nil || held.Holder != "me" {
		t.Errorf("%+v, %v", held, err)
	}
}

// Of many at once one holds the tenant; and one that changed between the look
// and the write is nobody's.
func TestHoldsAtOnce(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	var wait sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for n := range 20 {
		wait.Go(func() {
			_, err := r.Hold(ctx, string(rune('a'+n)), time.Minute, to(contract.AgentProvisioning))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, store.ErrHeld) && !errors.Is(err, store.ErrBusy) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if won != 1 {
		t.Errorf("%d hold it", won)
	}
	r.time = r.time.Add(time.Hour)
	// Another state, and then another version of the same state.
	for range 2 {
		_, err := r.Hold(ctx, "slow", time.Minute, func(standing store.AgentRecord) (store.AgentRecord, error) {
			fast, err := r.Hold(ctx, "fast", time.Minute, to(contract.AgentReady))
			if err != nil {
				return standing, err
			}
			_, err = r.Release(ctx, fast)
			return standing, err
		})
		if !errors.Is(err, store.ErrBusy) {
			t.Errorf("it is as it was: %v", err)
		}
	}
	refusal := errors.New("no")
	if _, err := r.Hold(ctx, "x", time.Minute, func(store.AgentRecord) (store.AgentRecord, error) { return store.AgentRecord{}, refusal }); !errors.Is(err, refusal) {
		t.Errorf("%v", err)
	}
}

func TestRecordCallsFail(t *testing.T) {
	ctx, r := context.Background(), newRecords(t, "acme")
	held, err := r.Hold(ctx, "me", time.Minute, to(contract.AgentProvisioning))
	if err != nil {
		t.Fatal(err)
	}
	down := fakeaws.Down()
	r.cloud.SetFault(func(string) error { return down })
	for name, call := range map[string]func() error{
		"Record":  func() error { _, err := r.Record(ctx); return err },
		"Hold":    func() error { _, err := r.Hold(ctx, "x", time.Minute, to("x")); return err },
		"Save":    func() error { _, err := r.Save(ctx, held); return err },
		"Release": func() error { _, err := r.Release(ctx, held); return err },
		"Remove":  func() error { return r.Remove(ctx, held) },
	} {
		if err := call(); !errors.Is(err, down) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
