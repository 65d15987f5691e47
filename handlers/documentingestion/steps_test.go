package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/steps"
)

func TestUploadWithoutItsVersion(t *testing.T) {
	for _, version := range []string{"", "0", "-1", "one", "99999999999999999999"} {
		w := newWorld(t)
		d, object := w.uploaded("acme", "", "x")
		object.VersionID = w.cloud.UploadBody(d.S3Key, []byte("x"), map[string]string{contract.DocumentVersionMetadata: version})
		m := (&machine{w: w, object: object}).run()
		if m.end != "Failed" || m.failure != "IngestionError" || w.status(d) != "pending pending" {
			t.Errorf("%q: %s by %s, %s", version, m.end, m.failure, w.status(d))
		}
	}
}

// S3 says of what is gone that it is not allowed, to who may not list.
func TestUploadThatIsNotAllowed(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", "x")
	refusals := 0
	w.cloud.SetFault(func(operation string) error {
		if operation != "GetObject" {
			return nil
		}
		if refusals++; refusals > 2 {
			return nil
		}
		return &smithy.GenericAPIError{Code: "AccessDenied", Fault: smithy.FaultClient}
	})
	if m := (&machine{w: w, object: object}).run(); m.end != "Done" || refusals <= 2 || w.status(d) != "indexed indexed" {
		t.Errorf("%s by %s after %d refusals", m.end, m.failure, refusals)
	}
}

func TestRecordFailure(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	fail := func(version int, name string) {
		t.Helper()
		in := contract.IngestionStep{Step: contract.StepRecordFailure, Object: object, Error: name, Cause: "confidential", Document: &contract.IngestionDocument{}}
		if version > 0 {
			in.Document = &contract.IngestionDocument{DocumentID: d.DocumentID, Version: version}
		}
		if name := w.invoke(in, nil); name != "" {
			t.Error(name)
		}
	}
	fail(0, "States.Timeout") // it was not taken up yet
	if w.status(d) != "pending pending" {
		t.Error(w.status(d))
	}
	m := &machine{w: w, object: object}
	m.validate()
	fail(0, "States.Timeout") // taken up, but validation's answer was lost
	if w.status(d) != "failed failed" || w.item(d, 0)["reason"] != "The document could not be learned (States.Timeout)." {
		t.Errorf("%v", w.item(d, 0))
	}
	m = (&machine{w: w, object: object}).run()
	fail(1, "States.Timeout") // too late
	if m.end != "Done" || w.status(d) != "indexed indexed" || w.found(d) != "1:2" {
		t.Errorf("%s, %s, %q", m.end, w.status(d), w.found(d))
	}
	d2, second := w.uploaded("acme", d.DocumentID, text("plug", 1))
	(&machine{w: w, object: second}).validate()
	w.document("acme", d.DocumentID, "text/plain", 1)
	object = second
	fail(2, `confidential "name"`) // of an older version: the newer head stays
	if w.status(d2) != "pending indexed failed pending" || w.item(d, 2)["reason"] != "The document could not be learned (unknown)." {
		t.Errorf("%s, %v", w.status(d2), w.item(d, 2))
	}
	object = contract.IngestedObject{TenantID: "acme", Bucket: bucketName, Key: "tenants/acme/documents/un known", VersionID: "v"}
	fail(0, "x")
	object.Key = "tenants/acme/documents/unknown"
	fail(0, "x")
	if !strings.Contains(w.log.String(), `"EmbeddingCoverage":0`) {
		t.Error("the failure is not measured")
	}
}

func TestRemove(t *testing.T) {
	w := newWorld(t)
	d, object := w.uploaded("acme", "", text("plug", 1))
	(&machine{w: w, object: object}).run()
	in := handlertest.Event[contract.IngestionStep](t, "remove.json")
	if name := w.invoke(in, nil); name != "" || w.found(d) != "1:2" { // another document
		t.Errorf("%s, found %q", name, w.found(d))
	}
	if name := w.invoke(removal(d), nil); name != contract.ErrorTransient || w.found(d) != "" {
		t.Errorf("while it is there: %q, found %q", name, w.found(d))
	}
	deletion{w, d}.end()
	for range 2 {
		if name := w.invoke(removal(d), nil); name != "" {
			t.Error(name)
		}
	}
}

// The invocation's time runs out: the step ends before it does.
func TestTimeRunsOut(t *testing.T) {
	w := newWorld(t)
	_, object := w.uploaded("acme", "", text("plug", 1))
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(reserve)) // nothing is left beside the reserve
	defer cancel()
	_, err := w.h.handle(ctx, contract.IngestionStep{Step: contract.StepValidate, Object: object})
	var transient *steps.TransientError
	if !errors.As(err, &transient) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
