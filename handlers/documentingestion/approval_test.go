package main

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// The wait begins anew between a person's decision and its sending.
func TestTokenIsReplaced(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	ctx := context.Background()
	documents := w.store("acme")
	decision := store.Decision{DocumentID: d.DocumentID, Version: 1, Approved: true, By: "person"}
	m := &machine{w: w, object: object, approval: true}
	m.validate()
	await := func(token string) string {
		return w.invoke(contract.IngestionStep{Step: contract.StepAwaitApproval, Object: object, Document: &m.document, TaskToken: token}, nil)
	}
	if name := await("first"); name != "" {
		t.Fatal(name)
	}
	decided, err := documents.Decide(ctx, decision)
	if err != nil || decided.Token != "first" {
		t.Fatalf("%+v, %v", decided, err)
	}
	if name := await("second"); name != "" {
		t.Fatal(name)
	}
	withdrawn, err := documents.Withdraw(ctx, decided) // as it does when nothing waits with "first"
	if withdrawn || err != nil || w.status(d) != "approved approved" {
		t.Errorf("withdrawn %v, %v: %s", withdrawn, err, w.status(d))
	}
	if decided, err = documents.Decide(ctx, decision); err != nil || decided.Token != "second" || !decided.Resumed {
		t.Errorf("%+v, %v", decided, err)
	}
	// A decision that was taken back, since its token had died: it is asked for again.
	if withdrawn, err := documents.Withdraw(ctx, decided); !withdrawn || err != nil || w.status(d) != "rejected rejected" {
		t.Errorf("withdrawn %v, %v: %s", withdrawn, err, w.status(d))
	}
	if name := await("third"); name != "" || w.status(d) != "pending pending" || w.item(d, 1)["taskToken"] != "third" {
		t.Errorf("%s: %v", name, w.item(d, 1))
	}
	// Another execution asks, and this one's wait runs out.
	other := object
	other.Execution = "other"
	if name := w.invoke(contract.IngestionStep{Step: contract.StepAwaitApproval, Object: other, Document: &m.document, TaskToken: "fourth"}, nil); name != "" {
		t.Error(name)
	}
	if _, err = documents.Decide(ctx, decision); err != nil {
		t.Error(err)
	}
	if name := await("fifth"); name != contract.ErrorWithdrawn { // the other one was approved
		t.Errorf("waits: %s", name)
	}
	expired := contract.IngestionStep{Step: contract.StepUpdateMetadata, Object: object, Document: &m.document, Status: contract.StatusRejected, Reason: "expired"}
	if name := w.invoke(expired, nil); name != "" || w.status(d) != "approved approved" {
		t.Errorf("%s: %s", name, w.status(d))
	}
	// The approval came when its own wait was over.
	expired.Object = other
	if name := w.invoke(expired, nil); name != "" || w.status(d) != "rejected rejected" || w.item(d, 0)["approvedBy"] != nil || w.item(d, 1)["approvedAt"] != nil {
		t.Errorf("%s: %v", name, w.item(d, 1))
	}
	if w.events() != "DocumentApprovalRequested DocumentApprovalRequested DocumentRejected" {
		t.Error(w.events())
	}
}

// A step that waits for what was decided on already does not wait.
func TestNothingToWaitFor(t *testing.T) {
	for name, before := range map[string]func(*world, *machine, contract.Document){
		"rejected by a person": func(w *world, _ *machine, d contract.Document) {
			decided, err := w.store("acme").Decide(context.Background(), store.Decision{DocumentID: d.DocumentID, Version: 1, By: "person"})
			if err != nil || decided.Token != "before" {
				t.Errorf("%+v, %v", decided, err)
			}
		},
		"learned": func(_ *world, m *machine, _ contract.Document) {
			for step := next(m.learn); step != nil; {
				step = step()
			}
		},
		"superseded": func(w *world, _ *machine, d contract.Document) { w.document("acme", d.DocumentID, extract.TypeText, 1) },
		"deleted":    func(w *world, _ *machine, d contract.Document) { deletion{w, d}.end() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("plug", 1))
			m := &machine{w: w, object: object, approval: true}
			m.validate()
			in := contract.IngestionStep{Step: contract.StepAwaitApproval, Object: object, Document: &m.document, TaskToken: "before"}
			if name := w.invoke(in, nil); name != "" {
				t.Fatal(name)
			}
			before(w, m, d)
			status := w.status(d)
			in.TaskToken = "after"
			if name := w.invoke(in, nil); name != contract.ErrorWithdrawn || w.status(d) != status {
				t.Errorf("%q, %s after %s", name, w.status(d), status)
			}
			if i := w.item(d, 1); i != nil && i["taskToken"] == "after" {
				t.Error("the token is kept")
			}
		})
	}
}

func TestApproval(t *testing.T) {
	timeout := func(string) (bool, string) { return false, "States.Timeout" }
	withdrawn := func(string) (bool, string) { return false, contract.ErrorWithdrawn }
	for name, c := range map[string]struct {
		decide        func(*world, contract.Document) func(string) (bool, string)
		end, status   string
		events, found string
		reason        any
	}{
		"approved": {func(w *world, d contract.Document) func(string) (bool, string) { return w.person(d, 1, true) },
			"Done", "indexed indexed", "DocumentApprovalRequested DocumentIndexed", "1:2", nil},
		"rejected": {func(w *world, d contract.Document) func(string) (bool, string) { return w.person(d, 1, false) },
			"Rejected", "rejected rejected", "DocumentApprovalRequested", "", "r"},
		"not decided on": {func(*world, contract.Document) func(string) (bool, string) { return timeout },
			"Rejected", "rejected rejected", "DocumentApprovalRequested DocumentRejected", "", "Nobody decided on it within 14 days."},
		"withdrawn": {func(*world, contract.Document) func(string) (bool, string) { return withdrawn },
			"Ignored", "pending pending", "DocumentApprovalRequested", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("plug", 1))
			m := (&machine{w: w, object: object, approval: true, decide: c.decide(w, d)}).run()
			if m.end != c.end || w.status(d) != c.status || w.events() != c.events || w.found(d) != c.found || w.item(d, 0)["reason"] != c.reason {
				t.Errorf("%s, %s, %s, found %q, reason %v", m.end, w.status(d), w.events(), w.found(d), w.item(d, 0)["reason"])
			}
			if c.end != "Ignored" && w.item(d, 1)["taskToken"] != nil || w.item(d, 0)["taskToken"] != nil {
				t.Error("the token stays")
			}
			// The same event once more changes nothing.
			if c.end == "Done" || c.end == "Rejected" {
				before := w.item(d, 1)
				again := (&machine{w: w, object: object, approval: true}).run()
				if again.end != "Ignored" || w.events() != c.events || cmp.Diff(before, w.item(d, 1)) != "" {
					t.Errorf("again: %s, %s", again.end, w.events())
				}
			}
		})
	}
}

// Who uploads another content after the approval does not have it learned.
func TestApprovedIsWhatIsLearned(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	approve := w.person(d, 1, true)
	m := (&machine{w: w, object: object, approval: true, decide: func(token string) (bool, string) {
		other := w.upload(d, text("virus", 1))
		if m := (&machine{w: w, object: other, approval: true}).run(); m.end != "Ignored" {
			t.Errorf("another upload: %s", m.end)
		}
		return approve(token)
	}}).run()
	if m.end != "Done" || w.found(d) != "1:2" {
		t.Errorf("%s, found %q", m.end, w.found(d))
	}
	for _, source := range w.domain.Visible(contract.VectorIndex) {
		if strings.Contains(source["chunkText"].(string), "virus") {
			t.Error("what nobody approved is found")
		}
	}
}
