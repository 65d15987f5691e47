package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/envs"
	"github.com/flowops/flowops/test/e2e/world"
)

// harness is the platform, and the test that tries it.
type harness struct {
	*world.World
	t *testing.T
}

// start deploys the platform for a test, with approval of documents, and tokens of
// the shortest life, for which the erasure of a tenant's data waits.
func start(t *testing.T) harness {
	t.Helper()
	w, err := world.Start(t.Context(), "../..", t.TempDir(), func(cfg *envs.Config) {
		cfg.Events.ApprovalRequired, cfg.Events.ApprovalDays = true, 1
		cfg.Identity.IDTokenMinutes = 5
	}, t.Errorf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			kept := filepath.Join(os.TempDir(), "flowops-e2e.log")
			t.Logf("the log of MiniStack and the functions is in %s (%v)", kept, os.WriteFile(kept, w.Log(), 0o600))
		}
		w.Close()
	})
	return harness{w, t}
}

// of is the platform for a test of its own.
func (h harness) of(t *testing.T) harness { return harness{h.World, t} }

// answer is what a person gets.
type answer struct {
	t      *testing.T
	Status int
	Header map[string]string
	Body   string
}

// send sends a request; headers are names and values in turn.
func (h harness) send(p world.Person, method, path, body string, headers ...string) answer {
	h.t.Helper()
	more := map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		more[headers[i]] = headers[i+1]
	}
	response, err := h.Send(context.Background(), p, method, path, body, more)
	if err != nil {
		h.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{h.t, response.StatusCode, response.Headers, response.Body}
}

// into checks the status of an answer and reads its body.
func (a answer) into(want int, v any) {
	a.t.Helper()
	if a.Status != want {
		a.t.Fatalf("status %d, want %d: %s", a.Status, want, a.Body)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(a.Body), v); err != nil {
			a.t.Fatalf("%v: %s", err, a.Body)
		}
	}
}

// agent is a support agent of a tenant, and admin an administrator.
func agent(tenant, name string) world.Person {
	return world.Person{Tenant: tenant, Name: name, Role: contract.RoleAgent}
}

func admin(tenant, name string) world.Person {
	return world.Person{Tenant: tenant, Name: name, Role: contract.RoleAdmin}
}
