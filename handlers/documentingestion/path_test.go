package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
)

func TestLearnsADocument(t *testing.T) {
	w := newWorld(t)
	content := "# Setting up\n\n" + text("plug", 40) + "## Cables\n\n" + text("cable", 40)
	d := w.document("acme", "", extract.TypeMarkdown, len(content))
	m := (&machine{w: w, object: w.upload(d, content)}).run()
	if m.end != "Done" || w.status(d) != "indexed indexed" || w.events() != contract.EventDocumentIndexed {
		t.Fatalf("%s, %s, %s", m.end, w.status(d), w.events())
	}
	if len(m.chunks.Batches) < 2 || m.chunks.Count <= batchChunks || m.chunks.Work != "tenants/acme/work/"+d.DocumentID+"/00000001/" {
		t.Errorf("chunks %+v", m.chunks)
	}
	head, version := w.item(d, 0), w.item(d, 1)
	for _, i := range []map[string]any{head, version} {
		if i["chunkCount"] != float64(m.chunks.Count) || i["embeddingStatus"] != contract.EmbeddingComplete || i["objectVersion"] != m.object.VersionID || i["untold"] != nil || i["reason"] != nil {
			t.Errorf("item %v", i)
		}
	}
	sections := map[string]int{}
	visible := w.domain.Visible(contract.VectorIndex)
	for _, source := range visible {
		words := source["chunkText"].(string)
		want := fakeaws.Vector(words, length)
		got := source["vector"].([]any)
		if len(got) != length || float32(got[0].(float64)) != want[0] || float32(got[length-1].(float64)) != want[length-1] {
			t.Errorf("%v has another text's vector", source["embeddingId"])
		}
		metadata := source["metadata"].(map[string]any)
		sections[metadata["section"].(string)]++
		if metadata["title"] != "Guide" || source["tenantId"] != "acme" {
			t.Errorf("%v", metadata)
		}
	}
	if len(visible) != m.chunks.Count || sections["Setting up"] == 0 || sections["Setting up > Cables"] == 0 || len(sections) != 2 {
		t.Errorf("%d of %d are found, sections %v", len(visible), m.chunks.Count, sections)
	}
	for _, key := range w.cloud.Keys() {
		if key == d.S3Key {
			continue
		}
		if _, tags := w.cloud.Object(key); !strings.HasPrefix(key, m.chunks.Work) || tags != "flowops-lifecycle=work" {
			t.Errorf("%s is tagged %q", key, tags)
		}
	}
	for _, metric := range []string{`"DocumentCount":1`, `"EmbeddingCoverage":100`, `"DocumentFreshness":0.`, `"BedrockInvocations":50`, `"BedrockThrottles":0`} {
		if !strings.Contains(w.log.String(), metric) {
			t.Errorf("no %s in the log:\n%s", metric, w.log)
		}
	}
}

func TestValidationRejects(t *testing.T) {
	encrypted := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Join(strings.Split("EncryptedPackage", ""), "\x00") + "\x00"
	for name, c := range map[string]struct {
		contentType, content string
		announced            int // bytes; 0: as long as it is
		reason               string
	}{
		"empty":                     {extract.TypeText, "", 0, "empty"},
		"nothing to read":           {extract.TypeText, " \n \n", 0, "no text"},
		"not what it was announced": {extract.TypePDF, "plain text", 0, "not of the type"},
		"an image":                  {extract.TypeText, "\x89PNG\r\n\x1a\n0000", 0, "does not learn"},
		"a broken PDF":              {extract.TypePDF, "%PDF-1.7 and no more", 0, "damaged"},
		"encrypted":                 {extract.TypeDOCX, encrypted, 0, "encrypted"},
		"shorter than announced":    {extract.TypeText, "some text", 10, "announced"},
		"too many sections":         {extract.TypeMarkdown, strings.Repeat("# h\n\nx\n\n", maxChunks+1), 0, "divide"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.announced == 0 {
				c.announced = len(c.content)
			}
			d := w.document("acme", "", c.contentType, c.announced)
			m := (&machine{w: w, object: w.upload(d, c.content), approval: true}).run()
			reason, _ := w.item(d, 0)["reason"].(string)
			if m.end != "Rejected" || w.status(d) != "rejected rejected" || w.events() != contract.EventDocumentRejected || !strings.Contains(reason, c.reason) {
				t.Errorf("%s, %s, %s: %q", m.end, w.status(d), w.events(), reason)
			}
		})
	}
	t.Run("too large", func(t *testing.T) {
		w := newWorld(t)
		w.h.limits.Bytes = 5
		d, object := w.uploaded("acme", "", "longer than that")
		m := (&machine{w: w, object: object}).run()
		if reason, _ := w.item(d, 0)["reason"].(string); m.end != "Rejected" || !strings.Contains(reason, "larger") {
			t.Errorf("%s: %q", m.end, reason)
		}
	})
}

func TestStaleUploads(t *testing.T) {
	for name, c := range map[string]func(*world) contract.IngestedObject{
		"an unknown document": func(w *world) contract.IngestedObject {
			return w.upload(contract.Document{TenantID: "acme", S3Key: "tenants/acme/documents/d1", Version: 1}, "x")
		},
		"a key that the platform did not make": func(w *world) contract.IngestedObject {
			return w.upload(contract.Document{TenantID: "acme", S3Key: "tenants/acme/documents/a b#/ü.pdf", Version: 1}, "x")
		},
		"another tenant's document": func(w *world) contract.IngestedObject {
			d := w.document("acme2", "", extract.TypeText, 1)
			return w.upload(contract.Document{TenantID: "acme", S3Key: contract.DocumentKey("acme", d.DocumentID), Version: 1}, "x")
		},
		"an older version": func(w *world) contract.IngestedObject {
			d, object := w.uploaded("acme", "", "x")
			w.document("acme", d.DocumentID, extract.TypeText, 1)
			return object
		},
		"a version that was never made": func(w *world) contract.IngestedObject {
			d := w.document("acme", "", extract.TypeText, 1)
			d.Version = 7
			return w.upload(d, "x")
		},
		"another upload of the version": func(w *world) contract.IngestedObject {
			d, object := w.uploaded("acme", "", "x")
			(&machine{w: w, object: object, approval: true, decide: func(string) (bool, string) { return false, contract.ErrorWithdrawn }}).run()
			w.cloud.Events = nil
			return w.upload(d, "y")
		},
		"a deleted upload": func(w *world) contract.IngestedObject {
			d, object := w.uploaded("acme", "", "x")
			w.cloud.EraseObject(d.S3Key)
			return object
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			object := c(w)
			before := w.cloud.Items(contract.Metadata.Name)
			m := (&machine{w: w, object: object}).run()
			if m.end != "Ignored" || w.events() != "" || len(w.domain.Visible(contract.VectorIndex)) > 0 {
				t.Errorf("%s, %s", m.end, w.events())
			}
			if d := cmp.Diff(len(before), len(w.cloud.Items(contract.Metadata.Name))); d != "" {
				t.Error(d)
			}
		})
	}
}
