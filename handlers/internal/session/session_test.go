package session_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/session"
)

func ids() (*session.IDs, *fakeaws.Cloud) {
	cloud := fakeaws.New(time.Now)
	return session.New(fakeaws.KMS{C: cloud}, "key"), cloud
}

func TestIDs(t *testing.T) {
	s, cloud := ids()
	seen := map[string]session.Conversation{}
	for _, c := range []session.Conversation{
		{"acme", "person", "c1"}, {"acme2", "person", "c1"}, {"acme", "person2", "c1"}, {"acme", "person", "c12"},
		{"acme", "personc", "1"}, {"acmep", "erson", "c1"}, // the same letters
	} {
		id, err := s.ID(context.Background(), c)
		if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(id) {
			t.Errorf("%v: %q, %v", c, id, err)
		}
		if other, ok := seen[id]; ok {
			t.Errorf("%v and %v share a session", c, other)
		}
		seen[id] = c
		if again, err := s.ID(context.Background(), c); again != id || err != nil {
			t.Errorf("%v: %q again, %v", c, again, err)
		}
	}
	if n := len(cloud.Calls()); n != len(seen) {
		t.Errorf("%d calls for %d sessions", n, len(seen))
	}
	for _, c := range []session.Conversation{{"", "p", "c"}, {"t", "", "c"}, {"t", "p", ""}} {
		if id, err := s.ID(context.Background(), c); id != "" || !errors.Is(err, session.ErrIncomplete) {
			t.Errorf("%v: %q, %v", c, id, err)
		}
	}
}

// The id of a conversation stays the same over releases: with another one, the
// agent would have forgotten what was said.
func TestIDIsPinned(t *testing.T) {
	record := &recorder{}
	if _, err := session.New(record, "k").ID(context.Background(), session.Conversation{Tenant: "acme", Subject: "p1", ID: "c-9"}); err == nil {
		t.Error("a code that is too short was taken")
	}
	want := contract.CodeSession + "\x00" + "\x00\x00\x00\x04acme" + "\x00\x00\x00\x02p1" + "\x00\x00\x00\x03c-9"
	if string(record.message) != want {
		t.Errorf("the code is over\n%s, want\n%s", hex.Dump(record.message), hex.Dump([]byte(want)))
	}
}

type recorder struct{ message []byte }

func (r *recorder) GenerateMac(_ context.Context, in *kms.GenerateMacInput, _ ...func(*kms.Options)) (*kms.GenerateMacOutput, error) {
	r.message = in.Message
	return &kms.GenerateMacOutput{Mac: make([]byte, 31)}, nil
}

func TestErrorsAreNotKept(t *testing.T) {
	s, cloud := ids()
	cloud.SetFault(func(string) error { return fakeaws.Throttled() })
	c := session.Conversation{Tenant: "acme", Subject: "p", ID: "c"}
	if _, err := s.ID(context.Background(), c); err == nil {
		t.Error("no error")
	}
	cloud.SetFault(nil)
	if _, err := s.ID(context.Background(), c); err != nil {
		t.Error(err)
	}
}

// What is kept is bounded, what is used stays, and many may ask at once.
func TestKept(t *testing.T) {
	s, cloud := ids()
	hot := session.Conversation{Tenant: "acme", Subject: "p", ID: "hot"}
	if _, err := s.ID(context.Background(), hot); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for part := range 4 {
		wait.Go(func() {
			for n := range session.Kept {
				for _, c := range []session.Conversation{{"acme", "p", fmt.Sprintf("%d-%d", part, n)}, hot} {
					if _, err := s.ID(context.Background(), c); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wait.Wait()
	if n := len(cloud.Calls()); n != 4*session.Kept+1 {
		t.Errorf("%d calls", n)
	}
	if _, err := s.ID(context.Background(), session.Conversation{Tenant: "acme", Subject: "p", ID: "0-0"}); err != nil {
		t.Error(err)
	}
	if n := len(cloud.Calls()); n < 4*session.Kept+2 {
		t.Errorf("an id was kept over %d others", 4*session.Kept)
	}
}
