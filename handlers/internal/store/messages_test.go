package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/store"
)

func conversations(t *testing.T, tenant string) (store.Conversations, *fakeaws.Cloud) {
	t.Helper()
	cloud := fakeaws.New(time.Now)
	s, err := store.NewConversations(scope(t, cloud, tenant), contract.Conversations.Name, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s, cloud
}

func message(id string) contract.Message {
	half, no := 0.5, false
	return contract.Message{
		ConversationID: "c1", MessageID: id, TicketID: "t1", Role: "assistant", Content: "text", Timestamp: "2026-01-02T03:04:05.000Z", Confidence: &half, Grounded: &no,
		Citations: []contract.Citation{{DocumentID: "d", RelevanceScore: 0.25}}, Escalation: &contract.Action{ActionID: "a", Input: []byte(`{"severity":1}`)},
	}
}

func TestPutMessage(t *testing.T) {
	s, cloud := conversations(t, "acme")
	ctx := context.Background()
	want := message("m1")
	want.TenantID = "acme"
	for name, m := range map[string]contract.Message{"the first, and the same again": message("m1")} {
		for range 2 { // the second one is of a call whose answer was lost
			got, added, err := s.Put(ctx, m)
			if d := cmp.Diff(want, got); d != "" || !added || err != nil {
				t.Errorf("%s: %v, %v, %s", name, added, err, d)
			}
		}
	}
	other := message("m1")
	other.Content = "another text"
	if got, added, err := s.Put(ctx, other); cmp.Diff(want, got) != "" || added || err != nil {
		t.Errorf("another one: %v, %v, %+v", added, err, got)
	}
	if got, err := s.Message(ctx, "c1", "m1"); cmp.Diff(want, got) != "" || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if n := len(cloud.Items(contract.Conversations.Name)); n != 1 {
		t.Errorf("%d items", n)
	}
	// It is found by its ticket.
	if page, err := s.OfTicket(ctx, "t1", 5, nil); err != nil || len(page.Items) != 1 || page.Items[0].ConversationID != "c1" {
		t.Errorf("%+v, %v", page, err)
	}
	var id *store.InvalidIDError
	for name, change := range map[string]func(*contract.Message){
		"conversation": func(m *contract.Message) { m.ConversationID = "a#b" }, "message": func(m *contract.Message) { m.MessageID = "" },
		"ticket": func(m *contract.Message) { m.TicketID = "a#b" }, "time": func(m *contract.Message) { m.Timestamp = "" },
	} {
		bad := message("m2")
		change(&bad)
		if _, _, err := s.Put(ctx, bad); !errors.As(err, &id) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, at := range [][2]string{{"c1", "m9"}, {"c9", "m1"}, {"a#b", "m1"}} {
		if _, err := s.Message(ctx, at[0], at[1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v: %v", at, err)
		}
	}
}

func TestNewest(t *testing.T) {
	s, _ := conversations(t, "acme")
	ctx := context.Background()
	for _, id := range []string{"m2", "m3", "m1"} {
		if _, _, err := s.Put(ctx, message(id)); err != nil {
			t.Fatal(err)
		}
	}
	longer := message("m9")
	longer.ConversationID = "c12"
	if _, _, err := s.Put(ctx, longer); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Newest(ctx, "c1"); err != nil || got.MessageID != "m3" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, id := range []string{"c", "c2", "a#b", ""} {
		if _, err := s.Newest(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// A conversation is escalated by one turn first, and the record of it is neither
// a message nor a conversation.
func TestEscalated(t *testing.T) {
	s, _ := conversations(t, "acme")
	ctx := context.Background()
	if _, _, err := s.Put(ctx, message("m1")); err != nil {
		t.Fatal(err)
	}
	for n, want := range []bool{true, false, false} {
		if got, err := s.Escalated(ctx, "c1", fmt.Sprint("turn-", n)); got != want || err != nil {
			t.Errorf("%d: %v, %v", n, got, err)
		}
	}
	if _, err := s.Escalated(ctx, "a#b", "turn"); err == nil {
		t.Error("an id that can't be one")
	}
	list, err := s.List(ctx, 10, nil)
	if err != nil || len(list.Items) != 1 || list.Items[0].LastMessageAt == "" || len(list.Next) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	page, err := s.Messages(ctx, "c1", 10, nil)
	if err != nil || len(page.Items) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
	if m, err := s.Newest(ctx, "c1"); err != nil || m.MessageID != "m1" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestIDsOf(t *testing.T) {
	turn := contract.Turn{TenantID: "acme", Subject: "p", TurnID: "t", AcceptedAt: "2026-01-02T03:04:05.678Z"}
	ids, err := store.IDsOf(turn)
	again, _ := store.IDsOf(turn)
	if err != nil || ids != again {
		t.Fatalf("%+v, %+v, %v", ids, again, err)
	}
	for _, id := range []string{ids.Conversation, ids.Question, ids.Answer} {
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if at := time.Unix(u.Time().UnixTime()).UTC().Truncate(time.Millisecond); store.Time(at) != turn.AcceptedAt {
			t.Errorf("%s is of %s", id, at)
		}
	}
	all := []string{ids.Question, ids.Answer}
	for name, change := range map[string]func(*contract.Turn){
		"another turn": func(t *contract.Turn) { t.TurnID = "u" }, "another person": func(t *contract.Turn) { t.Subject = "q" }, "another tenant": func(t *contract.Turn) { t.TenantID = "acme2" },
		"later": func(t *contract.Turn) { t.AcceptedAt = "2026-01-02T03:04:05.679Z" },
	} {
		other := turn
		change(&other)
		o, err := store.IDsOf(other)
		if err != nil || o.Conversation == ids.Conversation || slices.Contains(all, o.Question) || o.Question >= o.Answer {
			t.Errorf("%s: %+v, %v", name, o, err)
		}
		if name == "later" && o.Question <= ids.Answer {
			t.Errorf("%+v is before %+v", o, ids)
		}
		all = append(all, o.Question, o.Answer)
	}
	// No message of another turn comes between a question and its answer.
	slices.Sort(all)
	for n := 0; n < len(all); n += 2 {
		if all[n][:35] != all[n+1][:35] {
			t.Errorf("%s and %s", all[n], all[n+1])
		}
	}
	if _, err := store.IDsOf(contract.Turn{}); err == nil {
		t.Error("a turn without a time has ids")
	}
}
