package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1") // Lambda sets it
	handlertest.NeedsEnvironment(t, contract.DataErasure, wire)
}

// A step for a tenant that is not being offboarded so does nothing, whatever its
// record says.
func TestWhoIsNotBeingErasedIsLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		data   string
		change func(store.AgentRecord) store.AgentRecord
		want   string
	}{
		"ready":             {contract.DataErase, func(r store.AgentRecord) store.AgentRecord { r.State = contract.AgentReady; return r }, "NotOffboardedError"},
		"still offboarding": {contract.DataErase, func(r store.AgentRecord) store.AgentRecord { r.State = contract.AgentOffboarding; return r }, "NotOffboardedError"},
		"another operation": {contract.DataErase, func(r store.AgentRecord) store.AgentRecord {
			r.Operation = "019b0000-0000-7000-8000-000000000002"
			return r
		}, "NotOffboardedError"},
		"its data stays": {contract.DataKeep, nil, "NotOffboardedError"},
		"no report":      {contract.DataErase, func(r store.AgentRecord) store.AgentRecord { r.Report = nil; return r }, "NotOffboardedError"},
	} {
		for _, s := range []string{contract.DataStepExport, contract.DataStepErase, contract.DataStepVerify, contract.DataStepFinish, contract.DataStepFailed} {
			w := two(t, c.data)
			if c.change != nil {
				w.record("acme", c.change)
			}
			before := w.data("acme")
			if _, failure := w.invoke(step(s)); failure != c.want {
				t.Errorf("%s, %s: %q", name, s, failure)
			}
			if d := cmp.Diff(before, w.data("acme")); d != "" || len(w.cloud.Events) > 0 || w.manifest() {
				t.Errorf("%s, %s (-before +after):\n%s", name, s, d)
			}
		}
	}
	// Nor is one of which there is no record: only the last steps may come then.
	for s, want := range map[string]string{
		contract.DataStepExport: "NotOffboardedError", contract.DataStepErase: "NotOffboardedError", contract.DataStepVerify: "NotOffboardedError",
		contract.DataStepFinish: "", contract.DataStepFailed: "",
	} {
		w := newWorld(t)
		w.fill("acme")
		before := w.data("acme")
		if _, failure := w.invoke(step(s)); failure != want {
			t.Errorf("no record, %s: %q", s, failure)
		}
		if d := cmp.Diff(before, w.data("acme")); d != "" || len(w.cloud.Events) > 0 {
			t.Errorf("no record, %s (-before +after):\n%s", s, d)
		}
	}
	w := two(t, contract.DataErase)
	if _, failure := w.invoke(step(contract.DataStepExport)); failure != "NotOffboardedError" || w.manifest() {
		t.Errorf("nobody asked for an export: %q", failure)
	}
}

// A payload that is not the state machine's is refused before anything is read.
func TestRefusedPayloads(t *testing.T) {
	with := func(change func(*contract.TenantDataStep)) contract.TenantDataStep {
		s := step(contract.DataStepErase)
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		in   contract.TenantDataStep
		want string
	}{
		"no step":             {with(func(s *contract.TenantDataStep) { s.Step = "" }), "PayloadError"},
		"a step that is none": {with(func(s *contract.TenantDataStep) { s.Step = "confidential" }), "PayloadError"},
		"no tenant":           {with(func(s *contract.TenantDataStep) { s.TenantID = "" }), "RefusedError"},
		"no tenant id":        {with(func(s *contract.TenantDataStep) { s.TenantID = "acme*" }), "RefusedError"},
		"no operation":        {with(func(s *contract.TenantDataStep) { s.Operation = "" }), "PayloadError"},
		"a path":              {with(func(s *contract.TenantDataStep) { s.Operation = "../acme2" }), "PayloadError"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if _, got := w.invoke(c.in); got != c.want || len(w.cloud.Calls()) > 0 {
				t.Errorf("error %q, want %s; calls %v", got, c.want, w.cloud.Calls())
			}
			if security := strings.Contains(w.log.String(), `"securityEvent":"identity-refused"`); security != (c.want == "RefusedError") {
				t.Errorf("log %s", w.log)
			}
		})
	}
	for _, progress := range []contract.TenantDataProgress{
		{Exported: []contract.ExportedPart{{Part: "tickets"}, {Part: "documents"}}},
		{Exported: []contract.ExportedPart{{Part: "tickets", Objects: -1}}},
		{Exported: make([]contract.ExportedPart, 9)},
	} {
		w := two(t, contract.DataExport)
		in := step(contract.DataStepExport)
		in.Progress = progress
		if _, got := w.invoke(in); got != "PayloadError" {
			t.Errorf("%+v: %q", progress, got)
		}
	}
}

// Nothing is erased before the export is whole.
func TestNothingIsErasedBeforeTheExportIsWhole(t *testing.T) {
	w := two(t, contract.DataExport)
	if m := (&machine{w: w, data: contract.DataExport}).run(); m.end != "Finished" {
		t.Fatal(m.failure)
	}
	good, _ := w.cloud.Object(contract.ExportKey("acme", operation) + contract.ExportManifestName)
	spoil := func(change func(*contract.ExportManifest)) []byte {
		var m contract.ExportManifest
		if err := json.Unmarshal(good, &m); err != nil {
			t.Fatal(err)
		}
		change(&m)
		text, _ := json.Marshal(m)
		return text
	}
	for name, manifest := range map[string][]byte{
		"none":              nil,
		"nothing":           {},
		"half of it":        good[:len(good)/2],
		"another form":      spoil(func(m *contract.ExportManifest) { m.Format++ }),
		"another tenant":    spoil(func(m *contract.ExportManifest) { m.TenantID = "acme2" }),
		"another operation": spoil(func(m *contract.ExportManifest) { m.Operation = "x" }),
		"a part less":       spoil(func(m *contract.ExportManifest) { m.Parts = m.Parts[:len(m.Parts)-1] }),
		"parts in disorder": spoil(func(m *contract.ExportManifest) { slices.Reverse(m.Parts) }),
		"objects less":      spoil(func(m *contract.ExportManifest) { m.Parts[0].Objects-- }),
		"objects of nobody": spoil(func(m *contract.ExportManifest) { m.Parts[0].Count = 0 }),
	} {
		t.Run(name, func(t *testing.T) {
			w := two(t, contract.DataExport)
			if manifest != nil {
				w.cloud.UploadBody(contract.ExportKey("acme", operation)+contract.ExportManifestName, manifest, nil)
			}
			before := w.left("acme")
			if _, failure := w.invoke(step(contract.DataStepErase)); failure != "NotExportedError" || !slices.Equal(before, w.left("acme")) {
				t.Errorf("%q, left %d of %d", failure, len(w.left("acme")), len(before))
			}
			// The export is made anew then, and once it is whole it stays as it is.
			want := w.whole("acme")
			m := &machine{w: w, data: contract.DataExport}
			if m.run(); m.end != "Finished" {
				t.Fatal(m.failure)
			}
			if d := cmp.Diff(want, w.exported("acme")); d != "" {
				t.Errorf("export (-want +got):\n%s", d)
			}
		})
	}
}

// The record says where the machine is, and why it went no further.
func TestTheRecordTellsHowFarItIs(t *testing.T) {
	w := two(t, contract.DataErase)
	shown := func() string {
		r, err := w.agents("acme").Record(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s %s %s", r.State, r.Step, r.Reason)
	}
	w.cloud.SetFault(func(o string) error {
		if o == "DeleteObjects" {
			return &smithy.GenericAPIError{Code: "AccessDenied", Message: "confidential"}
		}
		return nil
	})
	m := (&machine{w: w, data: contract.DataErase}).run()
	w.cloud.SetFault(nil)
	if got := shown(); m.end != "Failed" || got != "erasing erase DataError" {
		t.Errorf("%s: %s", m.end, got)
	}
	in := step(contract.DataStepFailed)
	in.Error = "a cause: confidential"
	if _, failure := w.invoke(in); failure != "" || shown() != "erasing erase unknown" {
		t.Errorf("%s: %s", failure, shown())
	}
	if _, failure := w.invoke(step(contract.DataStepVerify)); failure != "" || shown() != "erasing verify " {
		t.Errorf("%s: %s", failure, shown())
	}
}

// The state machine decides by the names of errors.
func TestErrorNames(t *testing.T) {
	api := func(code string, fault smithy.ErrorFault) error {
		return &smithy.OperationError{ServiceID: "S", OperationName: "O", Err: &smithy.GenericAPIError{Code: code, Message: "confidential", Fault: fault}}
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"throttled":     {api("ThrottlingException", smithy.FaultClient), contract.ErrorTransient},
		"down":          {api("InternalServerError", smithy.FaultServer), contract.ErrorTransient},
		"time is over":  {context.DeadlineExceeded, contract.ErrorTransient},
		"busy":          {errors.Join(store.ErrBusy), contract.ErrorTransient},
		"refused":       {api("AccessDeniedException", smithy.FaultClient), "DataError"},
		"refused by us": {&tenant.RefusedError{Reason: tenant.ReasonMissing}, "RefusedError"},
		"not exported":  {fmt.Errorf("x: %w", &NotExportedError{}), "NotExportedError"},
		"anything":      {errors.New("x"), "DataError"},
	} {
		err := named("step", c.err)
		if got := reflect.TypeOf(err).Elem().Name(); got != c.want || steps.TypeName(err) != c.want || strings.Contains(err.Error(), "confidential") {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
	}
}

// An attribute of any kind has its form in a line.
func TestLines(t *testing.T) {
	var b bytes.Buffer
	item := store.Item{
		"b": &types.AttributeValueMemberB{Value: []byte{1, 2}}, "ss": &types.AttributeValueMemberSS{Value: []string{"x"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"12345678901234567890"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{3}}},
		"n": &types.AttributeValueMemberN{Value: "12345678901234567890.5"}, "null": &types.AttributeValueMemberNULL{Value: true},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberBOOL{Value: true}}}, "secret": &types.AttributeValueMemberS{Value: "x"},
	}
	want := `{"b":"AQI=","bs":["Aw=="],"l":[true],"n":12345678901234567890.5,"ns":[12345678901234567890],"null":null,"ss":["x"]}` + "\n"
	if err := writeItem(&b, item, []string{"secret"}); err != nil || b.String() != want {
		t.Errorf("%v: %s", err, b.String())
	}
	for name, bad := range map[string]types.AttributeValue{
		"unknown": &types.UnknownUnionMember{}, "in a list": &types.AttributeValueMemberL{Value: []types.AttributeValue{nil}},
		"in a map": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": nil}},
	} {
		if err := writeItem(&b, store.Item{"a": bad}, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
