package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
	"github.com/flowops/flowops/test/searchtest"
)

// store is a tenant's documents as the records function has them, by a session of
// its own.
func (w *world) store(id string) store.Documents {
	w.t.Helper()
	object := contract.IngestedObject{TenantID: id, Key: contract.DocumentKey(id, "d")}
	identity, err := tenant.FromObject(object)
	if err != nil {
		w.t.Fatal(err)
	}
	scope, err := tenant.NewScopes(tenant.Options{
		STS: w.cloud, Base: aws.Config{Region: searchtest.Region}, RoleARN: writerARN, Function: contract.Records, Now: w.clock.Now, Clients: w.cloud.Clients(),
	}).Scope(context.Background(), identity)
	if err != nil {
		w.t.Fatal(err)
	}
	documents, err := store.NewDocuments(scope, contract.Metadata.Name, w.clock.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	return documents
}

// quietly does what another function does: its calls do not count.
func (w *world) quietly(do func()) {
	w.mu.Lock()
	calls, before, fault := w.calls, w.before, w.fault
	w.before, w.fault = nil, nil
	w.mu.Unlock()
	do()
	w.mu.Lock()
	w.calls, w.before, w.fault = calls, before, fault
	w.mu.Unlock()
}

// document makes a document, or the next version of one, as the records function
// does, and returns it.
func (w *world) document(tenant, id, contentType string, size int) contract.Document {
	w.t.Helper()
	draft := store.DocumentDraft{Title: "Guide", ContentType: contentType, ContentLength: int64(size)}
	var done store.Written[contract.Document]
	var err error
	w.quietly(func() {
		if id == "" {
			done, err = w.store(tenant).Create(context.Background(), draft, store.Request{})
		} else {
			done, err = w.store(tenant).CreateVersion(context.Background(), id, draft, store.Request{})
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return done.Item
}

// upload puts a document's content, and returns what S3's event starts.
func (w *world) upload(d contract.Document, content string) contract.IngestedObject {
	version := w.cloud.UploadBody(d.S3Key, []byte(content), map[string]string{contract.DocumentVersionMetadata: fmt.Sprint(d.Version)})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens++
	return contract.IngestedObject{
		TenantID: d.TenantID, Bucket: bucketName, Key: d.S3Key, VersionID: version, ETag: "e", Size: int64(len(content)),
		Time: w.clock.Now().UTC().Format(time.RFC3339), Sequencer: "00", Execution: fmt.Sprintf("execution-%d", w.tokens),
	}
}

// uploaded is a document with a content in plain text.
func (w *world) uploaded(tenant, id, content string) (contract.Document, contract.IngestedObject) {
	w.t.Helper()
	d := w.document(tenant, id, extract.TypeText, len(content))
	return d, w.upload(d, content)
}

// item is a document's head, or with a version that version's item.
func (w *world) item(d contract.Document, version int) map[string]any {
	w.t.Helper()
	want := "DOC#" + d.DocumentID
	if version > 0 {
		want += "#V#" + contract.VersionKey(version)
	}
	for _, i := range w.cloud.Items(contract.Metadata.Name) {
		var all map[string]any
		if err := attributevalue.UnmarshalMap(i, &all); err != nil {
			w.t.Fatal(err)
		}
		if all["SK"] == want && all["PK"] == "TENANT#"+d.TenantID {
			return all
		}
	}
	return nil
}

// status is what a document's head and its versions say, the head first.
func (w *world) status(d contract.Document) string {
	var all []string
	for version := range 4 {
		if i := w.item(d, version); i != nil {
			all = append(all, fmt.Sprint(i["status"]))
		}
		if i := w.item(d, version); version == 0 && i != nil && i["GSI1PK"] != "TENANT#"+d.TenantID+"#STATUS#"+fmt.Sprint(i["status"]) {
			w.t.Errorf("the index has the head as %v", i["GSI1PK"])
		}
	}
	return strings.Join(all, " ")
}

// found are a document's chunks that are found: their versions and how many, as in
// "2:17".
func (w *world) found(d contract.Document) string {
	count := map[string]int{}
	for _, source := range w.domain.Visible(contract.VectorIndex) {
		if source["documentId"] == d.DocumentID && source["tenantId"] == d.TenantID {
			count[fmt.Sprint(source["version"])]++
		}
	}
	var all []string
	for version, n := range count {
		all = append(all, fmt.Sprintf("%s:%d", version, n))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// events are the types of the events so far.
func (w *world) events() string {
	var all []string
	for _, e := range w.cloud.Events {
		all = append(all, e.Type)
	}
	return strings.Join(all, " ")
}

// text is a text of about so many chunks.
func text(word string, chunks int) string {
	var b strings.Builder
	for i := range chunks * 2 {
		fmt.Fprintf(&b, "The confidential %s number %d stands in the manual beside its older sister and is read at night.\n\n", word, i)
	}
	return b.String()
}
