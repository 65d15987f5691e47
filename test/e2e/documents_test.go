package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/world"
)

// document is a document as its people see it.
type document struct {
	contract.Document
	Versions []contract.Document `json:"versions"`
}

// upload announces a document, or the next version of one, and puts its content
// where the answer says.
func (h harness) upload(p world.Person, id, title, content string) contract.Document {
	h.t.Helper()
	body := fmt.Sprintf(`{"title":%q,"contentType":"text/markdown","contentLength":%d}`, title, len(content))
	if id != "" {
		body = strings.TrimSuffix(body, "}") + fmt.Sprintf(`,"documentId":%q}`, id)
	}
	var made struct {
		Document contract.Document
		Upload   struct {
			Method, URL string
			Headers     map[string]string
		}
	}
	h.send(p, http.MethodPost, "/documents", body).into(http.StatusCreated, &made)
	request, err := http.NewRequestWithContext(h.t.Context(), made.Upload.Method, made.Upload.URL, strings.NewReader(content))
	if err != nil {
		h.t.Fatal(err)
	}
	for name, value := range made.Upload.Headers {
		if !strings.EqualFold(name, "Host") && !strings.EqualFold(name, "Content-Length") {
			request.Header.Set(name, value)
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		h.t.Fatalf("the upload is answered %d: %s", response.StatusCode, text)
	}
	return made.Document
}

// until reads a document until it is as wanted.
func (h harness) until(p world.Person, id, what string, wanted func(document) bool) document {
	h.t.Helper()
	var d document
	h.eventually(what, func() bool {
		d = document{}
		h.send(p, http.MethodGet, "/documents/"+id, "").into(http.StatusOK, &d)
		return wanted(d)
	})
	return d
}

// eventually waits until something is so. It fails after a time in which
// nothing on this machine can still be on its way.
func (h harness) eventually(what string, so func() bool) {
	h.t.Helper()
	for ends := time.Now().Add(90 * time.Second); time.Now().Before(ends); time.Sleep(200 * time.Millisecond) {
		if so() {
			return
		}
	}
	h.t.Fatalf("never: %s", what)
}

// decide decides on a document's version once its ingestion waits for that.
func (h harness) decide(p world.Person, id string, version int, decision string) {
	h.t.Helper()
	h.eventually("a decision on version is taken", func() bool {
		a := h.send(p, http.MethodPut, "/documents/"+id+"/approval", fmt.Sprintf(`{"version":%d,"decision":%q}`, version, decision))
		if a.Status != http.StatusOK && a.Status != http.StatusConflict {
			a.into(http.StatusOK, nil)
		}
		return a.Status == http.StatusOK
	})
}

// learned are the texts in the index that are of a document.
func (h harness) learned(id string) []string {
	var texts []string
	for _, d := range h.Search.Documents(contract.VectorIndex) {
		if d["documentId"] == id {
			texts = append(texts, fmt.Sprint(d["chunkText"]))
		}
	}
	return texts
}

// A document is learned once a person approved it, learned anew when it is
// uploaded anew, and forgotten when it is deleted.
func documents(h harness) {
	uploader, approver := agent("acme", "uploader"), admin("acme", "approver")
	first := h.upload(uploader, "", "Printer manual", "# Paper jams\n\nOpen the rear door and pull the paper-of-acme out.\n")
	id := first.DocumentID
	if texts := h.learned(id); len(texts) != 0 {
		h.t.Fatalf("learned before anybody approved it: %q", texts)
	}
	h.send(admin("acme2", "stranger"), http.MethodPut, "/documents/"+id+"/approval", `{"version":1,"decision":"approved"}`).into(http.StatusNotFound, nil)
	h.send(uploader, http.MethodPut, "/documents/"+id+"/approval", `{"version":1,"decision":"approved"}`).into(http.StatusForbidden, nil)
	h.decide(approver, id, 1, "approved")
	d := h.until(uploader, id, "version 1 is indexed", func(d document) bool { return d.Status == contract.StatusIndexed })
	if d.ChunkCount != 1 || d.EmbeddingStatus != contract.EmbeddingComplete || d.ApprovedBy != "approver" {
		h.t.Errorf("document %+v", d.Document)
	}
	if texts := h.learned(id); len(texts) != 1 || !strings.Contains(texts[0], "paper-of-acme") {
		h.t.Errorf("learned %q", texts)
	}

	h.upload(uploader, id, "Printer manual", "# Paper jams\n\nOpen the front door and pull the second-paper out.\n")
	h.decide(approver, id, 2, "approved")
	h.until(uploader, id, "version 2 is indexed", func(d document) bool { return d.Status == contract.StatusIndexed && d.Version == 2 })
	h.eventually("only version 2 is in the index", func() bool {
		texts := h.learned(id)
		return len(texts) == 1 && strings.Contains(texts[0], "second-paper")
	})

	rejected := h.upload(uploader, "", "Rumours", "# Rumours\n\nNothing of this is true.\n")
	h.decide(approver, rejected.DocumentID, 1, "rejected")
	h.until(uploader, rejected.DocumentID, "it is rejected", func(d document) bool { return d.Status == contract.StatusRejected })
	if texts := h.learned(rejected.DocumentID); len(texts) != 0 {
		h.t.Errorf("learned what was rejected: %q", texts)
	}

	h.send(uploader, http.MethodDelete, "/documents/"+id, "").into(http.StatusNoContent, nil)
	h.eventually("a deleted document is forgotten", func() bool { return len(h.learned(id)) == 0 })
	h.send(uploader, http.MethodGet, "/documents/"+id, "").into(http.StatusNotFound, nil)
}
