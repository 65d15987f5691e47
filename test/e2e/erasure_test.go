package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
)

// A tenant goes with its data, which is exported first; its neighbour notices
// nothing; and who comes under its id finds nothing of it, and goes without an
// export.
func erasures(h harness) {
	const tenant, neighbour = "umbrella", "acme"
	if err := h.Onboard(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	if err := h.StartAgent(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	h.Agents.SetScript(nil)
	defer h.Agents.SetScript(script)
	id := h.live(tenant)
	before := h.exportable(tenant)
	contents := h.versions(contract.DocumentKey(tenant, ""))
	for part, least := range map[string]int{"tickets": 3, "messages": 2, "metadata": 4} {
		if len(before[part]) < least {
			h.t.Errorf("only %d of %s are there to be exported", len(before[part]), part)
		}
	}
	if len(contents) != 3 || len(h.items(contract.Connections, tenant)) == 0 {
		h.t.Errorf("%d versions of documents, %d connections", len(contents), len(h.items(contract.Connections, tenant)))
	}
	others := h.exportable(neighbour)
	othersContents := h.versions(contract.TenantPrefix + neighbour + "/")

	h.goes(tenant, contract.DataExport)
	if where := h.held(tenant); len(where) > 0 {
		h.t.Errorf("data is left in %v", where)
	}
	report, operation := h.report(tenant)
	below := contract.ExportKey(tenant, operation)
	if report.Export != "s3://"+*h.documents()+"/"+below || !slices.Equal(report.Left, []string{"audit", "backups", "export"}) ||
		report.State != "" || report.Erased == nil || report.Erased.Tickets < 3 || report.Erased.Documents < 3 || len(report.Removed) < 5 {
		h.t.Errorf("report %+v, erased %+v", report, report.Erased)
	}
	manifest, parts, exported := h.export(tenant, operation)
	for part, items := range before {
		var want, got []map[string]any
		for _, item := range items {
			want = append(want, item)
		}
		got = append(got, parts[part]...)
		byKey := cmpopts.SortSlices(func(a, b map[string]any) bool { return a["SK"].(string) < b["SK"].(string) })
		if d := cmp.Diff(want, got, byKey); d != "" {
			h.t.Errorf("%s (-there +exported):\n%s", part, d)
		}
	}
	if d := cmp.Diff(contents, exported); d != "" {
		h.t.Errorf("contents (-there +exported):\n%s", d)
	}
	if manifest.TenantID != tenant || manifest.Operation != operation || len(manifest.Parts) != 4 {
		h.t.Errorf("manifest %+v", manifest)
	}
	for key, text := range h.versions(below) {
		if strings.Contains(text, "taskToken") {
			h.t.Errorf("%s holds a task token", key)
		}
	}
	if d := cmp.Diff(others, h.exportable(neighbour)); d != "" {
		h.t.Errorf("the neighbour's items (-before +after):\n%s", d)
	}
	if d := cmp.Diff(othersContents, h.versions(contract.TenantPrefix+neighbour+"/")); d != "" {
		h.t.Errorf("the neighbour's objects (-before +after):\n%s", d)
	}

	// The id may be given again, and who has it finds nothing.
	if err := h.Onboard(h.t.Context(), tenant); err != nil {
		h.t.Fatal(err)
	}
	p := admin(tenant, "newcomer")
	for path, want := range map[string]int{"/tickets": 0, "/documents": 0} {
		var page struct{ Items []any }
		h.send(p, http.MethodGet, path, "").into(http.StatusOK, &page)
		if len(page.Items) != want {
			h.t.Errorf("%s: the newcomer finds %v", path, page.Items)
		}
	}
	h.send(p, http.MethodGet, "/documents/"+id, "").into(http.StatusNotFound, nil)
	h.send(p, http.MethodPost, "/tickets", `{"subject":"new","description":"mark-of-newcomer","priority":"low"}`).into(http.StatusCreated, nil)
	h.goes(tenant, contract.DataErase)
	if where := h.held(tenant); len(where) > 0 {
		h.t.Errorf("data is left in %v", where)
	}
	again, second := h.report(tenant)
	if again.Export != "" || again.Erased.Tickets == 0 || second == operation || len(h.versions(contract.ExportKey(tenant, second))) > 0 {
		h.t.Errorf("report %+v", again)
	}
	if len(h.versions(below)) == 0 {
		h.t.Error("the export of who had the id before is gone")
	}
}

// live has a tenant make data of all kinds; it returns the id of a document.
func (h harness) live(tenant string) string {
	h.t.Helper()
	p, boss := agent(tenant, "customer"), admin(tenant, "boss")
	for n := range 3 {
		h.send(p, http.MethodPost, "/tickets", fmt.Sprintf(`{"subject":"No. %d","description":"mark-of-umbrella","priority":"high"}`, n), contract.HeaderIdempotencyKey, fmt.Sprint("key-", n)).into(http.StatusCreated, nil)
	}
	d := h.upload(p, "", "Manual", "# Manual\n\nThe wheel of umbrella turns left.\n")
	h.decide(boss, d.DocumentID, 1, "approved")
	h.until(p, d.DocumentID, "it is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
	h.upload(p, d.DocumentID, "Manual", "# Manual\n\nThe wheel of umbrella turns right.\n")
	h.decide(boss, d.DocumentID, 2, "rejected")
	h.until(p, d.DocumentID, "it is rejected", func(d document) bool { return d.Status == contract.StatusRejected })
	waiting := h.upload(p, "", "Waiting", "# Waiting\n\nNobody decides on this.\n")
	h.eventually("a document waits for a decision", func() bool {
		for _, item := range h.items(contract.Metadata, tenant) {
			if item["documentId"] == waiting.DocumentID && item["taskToken"] != nil {
				return true
			}
		}
		return false
	})
	var answer contract.ChatAnswer
	h.send(p, http.MethodPost, "/chat", `{"message":"Which way turns the wheel of umbrella?"}`, contract.HeaderIdempotencyKey, "chat-key").into(http.StatusOK, &answer)
	return d.DocumentID
}

// goes offboards a tenant with its data, and waits until it is gone.
func (h harness) goes(tenant, data string) {
	h.t.Helper()
	path := "/agents/" + tenant
	var report contract.RemovalReport
	h.eventually("the state machine has the tenant", func() bool {
		h.send(world.Operator, http.MethodDelete, path+"?data="+data, "").into(http.StatusAccepted, &report)
		return report.State == contract.AgentErasing
	})
	h.send(world.Operator, http.MethodDelete, path+"?data="+data, "").into(http.StatusAccepted, &report)
	for other := range map[string]bool{contract.DataKeep: true, contract.DataErase: true, contract.DataExport: true} {
		if other != data {
			h.send(world.Operator, http.MethodDelete, path+"?data="+other, "").into(http.StatusConflict, nil)
		}
	}
	h.eventually("the tenant is gone", func() bool {
		a := h.send(world.Operator, http.MethodGet, path, "")
		if a.Status == http.StatusOK && strings.Contains(a.Body, `"reason":"`) && !strings.Contains(a.Body, `"reason":""`) {
			h.t.Fatalf("it failed: %s", a.Body)
		}
		return a.Status == http.StatusNotFound
	})
	h.send(world.Operator, http.MethodDelete, path+"?data="+contract.DataKeep, "").into(http.StatusNotFound, nil)
}
