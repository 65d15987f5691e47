package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

var requested = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)

func audit(t *testing.T, cloud *fakeaws.Cloud, tenant string) store.Audit {
	t.Helper()
	s, err := store.NewAudit(scope(t, cloud, tenant), contract.Audit.Name, func() time.Time { return requested.Add(time.Minute) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func actionID(t *testing.T) string {
	t.Helper()
	id, err := store.NewActionID(requested)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAuditChain(t *testing.T) {
	ctx, cloud, id, other := context.Background(), fakeaws.New(time.Now), actionID(t), actionID(t)
	s := audit(t, cloud, "acme")
	if _, err := s.Chain(ctx, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before its request: %v", err)
	}
	// Out of order: an action's items stand in the order of their places.
	for _, step := range []string{contract.ActionExecuted, contract.ActionRequested, contract.ActionTold, contract.ActionConfirmed} {
		for _, action := range []string{id, other} {
			if _, added, err := s.Append(ctx, contract.AuditItem{ActionID: action, Type: contract.ToolCreateTicket, Step: step, By: "person"}); err != nil || !added {
				t.Fatalf("%s: %v, %v", step, added, err)
			}
		}
	}
	chain, err := s.Chain(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range chain {
		got = append(got, i.Step+" of "+i.TenantID+" at "+i.At)
		if i.ActionID != id {
			t.Errorf("item of action %s", i.ActionID)
		}
	}
	const at = " of acme at 2026-01-02T03:05:05.678Z"
	if d := cmp.Diff([]string{"requested" + at, "confirmed" + at, "executed" + at, "told" + at}, got); d != "" {
		t.Errorf("chain (-want +got):\n%s", d)
	}
	first := cloud.Items(contract.Audit.Name)[0]["SK"].(*types.AttributeValueMemberS).Value
	if !strings.HasPrefix(first, "ACTION#2026-01-02T03:04:05.678Z#") || !strings.HasSuffix(first, ".1-request") {
		t.Errorf("sort key %s", first)
	}
	if _, err := audit(t, cloud, "globex").Chain(ctx, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another tenant's: %v", err)
	}
}

// Steps that exclude each other share a place: however many come at once, one
// of them stands, and all others are told which.
func TestAuditPlaceIsTakenOnce(t *testing.T) {
	ctx, cloud, id := context.Background(), fakeaws.New(time.Now), actionID(t)
	s := audit(t, cloud, "acme")
	steps := []string{contract.ActionConfirmed, contract.ActionRefused, contract.ActionExpired}
	var mu sync.Mutex
	var wait sync.WaitGroup
	won, standing := 0, map[string]bool{}
	for n := range 30 {
		wait.Go(func() {
			item, added, err := s.Append(ctx, contract.AuditItem{ActionID: id, Type: contract.ToolRequestLogs, Step: steps[n%3], By: fmt.Sprint(n)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if added {
				won++
			}
			standing[item.Step+item.By] = true
		})
	}
	wait.Wait()
	if won != 1 || len(standing) != 1 {
		t.Errorf("%d won, %v", won, standing)
	}
}

func TestAuditFaults(t *testing.T) {
	ctx, cloud, id := context.Background(), fakeaws.New(time.Now), actionID(t)
	s := audit(t, cloud, "acme")
	item := contract.AuditItem{ActionID: id, Type: contract.ToolRequestLogs, Step: contract.ActionRefused, By: "one"}
	for _, fault := range []error{fakeaws.Down(), fakeaws.AfterError{Err: fakeaws.Down()}} {
		cloud.SetFault(func(string) error { return fault })
		if _, added, err := s.Append(ctx, item); err == nil || added {
			t.Errorf("%v, %v", added, err)
		}
		if _, err := s.Chain(ctx, id); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("chain: %v", err)
		}
	}
	cloud.SetFault(nil)
	// The second one was written, its answer lost: it comes again and finds itself.
	if standing, added, err := s.Append(ctx, item); err != nil || added || standing.By != "one" {
		t.Errorf("%+v, %v, %v", standing, added, err)
	}
	if _, _, err := s.Append(ctx, contract.AuditItem{ActionID: id, Step: "forgotten"}); err == nil {
		t.Error("an unknown step is written")
	}
}

func TestActionTime(t *testing.T) {
	id := actionID(t)
	if at, err := store.ActionTime(id); err != nil || !at.Equal(requested) {
		t.Errorf("%v, %v", at, err)
	}
	if parsed := uuid.MustParse(id); parsed.Version() != 7 || parsed.Variant() != uuid.RFC4122 {
		t.Errorf("%s is no UUID of version 7", id)
	}
	for name, bad := range map[string]string{
		"empty": "", "not one": "x", "upper case": strings.ToUpper(id), "in braces": "{" + id + "}", "a URN": "urn:uuid:" + id, "without hyphens": strings.ReplaceAll(id, "-", ""),
		"version 4": uuid.NewString(), "with a place": id + ".1-request", "with a separator": id[:35] + "#", "another variant": id[:19] + "0" + id[20:],
	} {
		if at, err := store.ActionTime(bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, %v", name, at, err)
		}
	}
}

// Whatever stands for an id: it is refused before any call, or it is an id in
// the one form that its key is made of.
func FuzzActionTime(f *testing.F) {
	for _, seed := range []string{"", "0199a0a0-0000-7000-8000-000000000000", "ffffffff-ffff-7fff-bfff-ffffffffffff", "0199a0a0-0000-4000-8000-000000000000", "TENANT#acme"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		at, err := store.ActionTime(id)
		if err != nil {
			if !errors.Is(err, store.ErrNotFound) {
				t.Error(err)
			}
			return
		}
		if key, err := contract.AuditKey(store.Time(at), id, contract.AuditRequest); err != nil || len(id) != 36 || strings.ToLower(id) != id {
			t.Errorf("%q: %s, %v", id, key, err)
		}
	})
}
