package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
)

// machine walks the steps as the state machine does (stacks/ai_erasure*.go).
type machine struct {
	w       *world
	data    string
	end     string // the state that it ended in
	failure string // name of the error that it failed with
	rounds  int    // invocations of steps that were not done
	before  func(step string)
}

// attempts of a step whose error may pass (stepRetries).
const attempts = 7

// run is an execution.
func (m *machine) run() *machine {
	m.w.t.Helper()
	m.end, m.failure = "", ""
	progress := contract.TenantDataProgress{}
	do := func(name string) bool { // until it is done
		for range 1000 {
			in, out, failure := step(name), contract.TenantDataResult{}, ""
			in.Progress = progress
			for range attempts {
				if m.before != nil {
					m.before(name)
				}
				if out, failure = m.w.invoke(in); failure != contract.ErrorTransient {
					break
				}
			}
			if failure != "" {
				m.fail(failure)
				return false
			}
			progress = out.Progress
			if out.Done || name == contract.DataStepVerify {
				return out.Done
			}
			m.rounds++
		}
		m.w.t.Fatalf("%s never ends", name)
		return false
	}
	if m.data == contract.DataExport && !do(contract.DataStepExport) {
		return m
	}
	for m.failure == "" {
		if !do(contract.DataStepErase) {
			return m
		}
		if do(contract.DataStepVerify) {
			if do(contract.DataStepFinish) {
				m.end = "Finished"
			}
			return m
		}
	}
	return m
}

func (m *machine) fail(name string) {
	m.end, m.failure = "Failed", name
	in := step(contract.DataStepFailed)
	in.Error = name
	for range attempts {
		if _, failure := m.w.invoke(in); failure != contract.ErrorTransient {
			return
		}
	}
}

// exported reads an export by its manifest: the lines of its items and what the
// documents' contents are, by key and version.
func (w *world) exported(tenant string) map[string][]string {
	w.t.Helper()
	below := contract.ExportKey(tenant, operation)
	read := func(key string) []byte {
		body, tags := w.cloud.Object(below + key)
		if body == nil || tags != "" {
			w.t.Fatalf("there is no %s in the export, or it has tags (%q)", key, tags)
		}
		return body
	}
	var manifest contract.ExportManifest
	if err := json.Unmarshal(read(contract.ExportManifestName), &manifest); err != nil {
		w.t.Fatal(err)
	}
	all := map[string][]string{}
	for _, part := range manifest.Parts {
		for n := range part.Objects {
			for line := range bytes.Lines(read(contract.ExportObjectKey(part.Part, n+1))) {
				text := strings.TrimSuffix(string(line), "\n")
				if part.Part == contract.ExportDocuments {
					var d contract.ExportedDocument
					if err := json.Unmarshal(line, &d); err != nil {
						w.t.Fatal(err)
					}
					text = string(read(d.Content))
					if int64(len(text)) != d.Size || !strings.HasPrefix(d.Key, contract.DocumentKey(tenant, "")) {
						w.t.Errorf("document %+v", d)
					}
				}
				all[part.Part] = append(all[part.Part], text)
			}
		}
		if len(all[part.Part]) != part.Count {
			w.t.Errorf("%s: %d lines, and the manifest counts %d", part.Part, len(all[part.Part]), part.Count)
		}
		slices.Sort(all[part.Part])
	}
	return all
}

// whole is what an export of a tenant must hold, by what is there now.
func (w *world) whole(tenant string) map[string][]string {
	all := map[string][]string{}
	for _, kind := range contract.ExportKinds() {
		for key, text := range w.of(kind.Table, tenant) {
			if kind.Part != "" && strings.HasPrefix(key, kind.Begins) {
				var plain map[string]any
				if err := json.Unmarshal([]byte(text), &plain); err != nil {
					w.t.Fatal(err)
				}
				delete(plain, "taskToken")
				delete(plain, "taskExecution")
				line, _ := json.Marshal(plain)
				all[kind.Part] = append(all[kind.Part], string(line))
			}
		}
		slices.Sort(all[kind.Part])
	}
	for n := range 5 {
		all[contract.ExportDocuments] = append(all[contract.ExportDocuments], fmt.Sprintf("content %d of %s", n, tenant))
	}
	all[contract.ExportDocuments] = append(all[contract.ExportDocuments], "odd name of "+tenant)
	delete(all, "")
	return all
}

// two are tenants with data, one of which goes.
func two(t testing.TB, data string) *world {
	w := newWorld(t)
	w.fill("acme")
	w.fill("acme2")
	w.cloud.Onboard("acme2")
	w.offboard("acme", data)
	return w
}

// gone checks that everything of acme is gone, and nothing of its neighbour.
func (w *world) gone(at string, neighbour map[string]string) {
	w.t.Helper()
	if left := w.left("acme"); len(left) > 0 {
		w.t.Errorf("%s: left: %v", at, left)
	}
	if d := cmp.Diff(neighbour, w.data("acme2")); d != "" {
		w.t.Errorf("%s: the neighbour (-want +got):\n%s", at, d)
	}
	audit := w.of(contract.Audit, "acme")
	reports := 0
	for key, item := range audit {
		if strings.Contains(key, operation) {
			reports++
			if !strings.Contains(item, contract.OffboardTenant) || !strings.Contains(item, `"by":"olga"`) {
				w.t.Errorf("%s: report %s", at, item)
			}
		}
	}
	if reports != 1 || audit["ACTION#a"] == "" {
		w.t.Errorf("%s: audit %v", at, slices.Sorted(maps.Keys(audit)))
	}
}
