package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func TestTheDataIsErased(t *testing.T) {
	w := two(t, contract.DataErase)
	neighbour := w.data("acme2")
	if m := (&machine{w: w, data: contract.DataErase}).run(); m.end != "Finished" {
		t.Fatalf("%s: %s\n%s", m.end, m.failure, w.log)
	}
	w.gone("erased", neighbour)
	report := w.report()
	want := contract.RemovalReport{
		TenantID: "acme", Removed: []string{"agent configuration"}, People: 2, Data: "erase", Left: []string{"audit", "backups"},
		Erased: &contract.ErasedData{Tickets: 8, Conversations: 7, Metadata: 3, Connections: 61, Documents: 8},
	}
	if d := cmp.Diff(want, report); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]fakeaws.Event{{Type: contract.EventTenantOffboarded, Detail: `{"tenantId":"acme","tier":"basic","data":"erase"}`}}, w.cloud.Events); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	for _, key := range w.cloud.Keys() {
		if strings.HasPrefix(key, contract.ExportPrefix) {
			t.Errorf("nobody asked for %s", key)
		}
	}
	// Once more changes nothing.
	if out, failure := w.invoke(step(contract.DataStepFinish)); failure != "" || !out.Done || len(w.cloud.Events) != 1 {
		t.Errorf("finished again: %v %s", out, failure)
	}
}

// report is that of the audit table.
func (w *world) report() contract.RemovalReport {
	w.t.Helper()
	for key, item := range w.of(contract.Audit, "acme") {
		if strings.Contains(key, operation) {
			var audit struct{ Report string }
			var report contract.RemovalReport
			if err := json.Unmarshal([]byte(item), &audit); err != nil {
				w.t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(audit.Report), &report); err != nil {
				w.t.Fatal(err)
			}
			return report
		}
	}
	w.t.Fatal("there is no report")
	return contract.RemovalReport{}
}

// Whatever an invocation has time for, the export is the same and whole.
func TestTheDataIsExportedAndErased(t *testing.T) {
	for _, name := range []string{"at once", "page by page", "with the deployed sizes"} {
		t.Run(name, func(t *testing.T) {
			w := two(t, contract.DataExport)
			switch name {
			case "page by page":
				w.h.budget = 0
			case "with the deployed sizes":
				w.h.pages = allPages()
			}
			want, neighbour := w.whole("acme"), w.data("acme2")
			m := (&machine{w: w, data: contract.DataExport}).run()
			if m.end != "Finished" || (m.rounds > 10) != (name == "page by page") {
				t.Fatalf("%s after %d rounds: %s\n%s", m.end, m.rounds, m.failure, w.log)
			}
			w.gone("exported", neighbour)
			if d := cmp.Diff(want, w.exported("acme")); d != "" {
				t.Errorf("export (-want +got):\n%s", d)
			}
			report := w.report()
			if report.Export != "s3://documents-bucket/exports/acme/"+operation+"/" || !slices.Equal(report.Left, []string{"audit", "backups", "export"}) || report.Erased.Tickets != 8 {
				t.Errorf("report %+v", report)
			}
			for _, key := range w.cloud.Keys() {
				if body, _ := w.cloud.Object(key); strings.HasPrefix(key, contract.ExportPrefix) && bytes.Contains(body, []byte("secret-token")) {
					t.Errorf("%s holds a task token", key)
				}
			}
		})
	}
}

// Of a tenant that never was, nothing is told.
func TestNothingOfATenantWithoutData(t *testing.T) {
	w := newWorld(t)
	w.offboard("acme", contract.DataExport)
	w.record("acme", func(r storeRecord) storeRecord { r.Report.Removed, r.Report.People = nil, 0; return r })
	if m := (&machine{w: w, data: contract.DataExport}).run(); m.end != "Finished" {
		t.Fatalf("%s: %s", m.end, m.failure)
	}
	if left := w.left("acme"); len(left) > 0 || len(w.of(contract.Audit, "acme")) > 0 || len(w.cloud.Events) > 0 {
		t.Errorf("left %v, audit %v, events %v", left, w.of(contract.Audit, "acme"), w.cloud.Events)
	}
}

// Documents' metadata goes first: ingestion does nothing for one that has none.
func TestMetadataGoesFirst(t *testing.T) {
	w := two(t, contract.DataErase)
	w.h.budget = 0
	if out, failure := w.invoke(step(contract.DataStepErase)); failure != "" || out.Done {
		t.Fatal(out, failure)
	}
	if len(w.of(contract.Metadata, "acme")) > 0 || len(w.of(contract.Tickets, "acme")) != 8 || w.cloud.Versions(contract.DocumentKey("acme", "d1")) != 6 {
		t.Errorf("left: %v", w.left("acme"))
	}
}
