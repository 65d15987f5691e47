package main

import (
	"strings"
	"testing"

	"github.com/flowops/flowops/contract"
)

// Vectors of other chunks or of another model are not taken for these.
func TestVectorsOfAnotherCut(t *testing.T) {
	for name, change := range map[string]func(*world){
		"another model":  func(w *world) { w.h.model.id = "titan-3" },
		"another cut":    func(w *world) { w.h.chunks.Overlap = 4 },
		"broken vectors": func(w *world) { w.spoil(t, "/vectors/", "{") },
		"empty vectors":  func(w *world) { w.spoil(t, "/vectors/", `{"vectors":[[],[0]]}`) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, object := w.uploaded("acme", "", text("plug", 1))
			m := &machine{w: w, object: object}
			m.validate()
			m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks)
			in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
			if name := w.invoke(in, nil); name != "" {
				t.Fatal(name)
			}
			change(w)
			before := len(w.cloud.Calls())
			if m := (&machine{w: w, object: object}).run(); m.end != "Done" {
				t.Fatalf("%s %s", m.end, m.failure)
			}
			if made := count(w.cloud.Calls()[before:], "InvokeModel"); made != m.chunks.Count {
				t.Errorf("%d of %d vectors are made anew", made, m.chunks.Count)
			}
		})
	}
}

// spoil replaces what is in the objects of work.
func (w *world) spoil(t *testing.T, part, content string) {
	t.Helper()
	for _, key := range w.cloud.Keys() {
		if strings.Contains(key, part) {
			w.cloud.UploadBody(key, []byte(content), nil)
		}
	}
}

func TestWorkThatIsNotThere(t *testing.T) {
	for name, change := range map[string]func(*world){
		"chunks expired":      func(w *world) { w.erase("/chunks/") },
		"vectors expired":     func(w *world) { w.erase("/vectors/") },
		"chunks are no JSON":  func(w *world) { w.spoil(t, "/chunks/", "[") },
		"other chunks":        func(w *world) { w.spoil(t, "/chunks/", `[{"index":7,"text":"x"},{"index":8,"text":"x"}]`) },
		"chunks of no text":   func(w *world) { w.spoil(t, "/chunks/", `[{"index":0},{"index":1}]`) },
		"fewer chunks":        func(w *world) { w.spoil(t, "/chunks/", `[{"index":0,"text":"x"}]`) },
		"more than it may be": func(w *world) { w.spoil(t, "/chunks/", strings.Repeat(" ", workLimit+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d, object := w.uploaded("acme", "", text("plug", 1))
			m := (&machine{w: w, object: object, between: func(step string) {
				if step == contract.StepIndex {
					change(w)
				}
			}}).run()
			if m.end != "Failed" || m.failure != "WorkError" || w.status(d) != "failed failed" || w.found(d) != "" {
				t.Errorf("%s by %s, %s, found %q", m.end, m.failure, w.status(d), w.found(d))
			}
			if reason := w.item(d, 0)["reason"]; reason != "The document could not be learned (WorkError)." || w.item(d, 1)["embeddingStatus"] != "failed" {
				t.Errorf("%v", w.item(d, 1))
			}
		})
	}
}

func (w *world) erase(part string) {
	for _, key := range w.cloud.Keys() {
		if strings.Contains(key, part) {
			w.cloud.EraseObject(key)
		}
	}
}

// Chunks that are not the batch's are not embedded.
func TestChunksOfAnotherBatch(t *testing.T) {
	w := newWorld(t)
	_, object := w.uploaded("acme", "", text("plug", 1))
	m := &machine{w: w, object: object}
	m.validate()
	m.step(contract.IngestionStep{Step: contract.StepChunk, Document: &m.document}, &m.chunks)
	w.spoil(t, "/chunks/", `[{"index":50,"text":"x"},{"index":51,"text":"y"}]`)
	in := contract.IngestionStep{Step: contract.StepEmbed, Object: object, Document: &m.document, Chunks: &m.chunks}
	if name := w.invoke(in, nil); name != "WorkError" || count(w.cloud.Calls(), "InvokeModel") > 0 {
		t.Errorf("error %q", name)
	}
}
