package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/chunk"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/searchtest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

const (
	bucketName = "documents-bucket"
	writerARN  = "arn:aws:iam::111111111111:role/flowops-dev-document-ingestion-tenant"
	length     = 256 // of vectors
)

// world is the function against an account and a search domain in memory.
type world struct {
	t      testing.TB
	cloud  *fakeaws.Cloud
	domain *searchtest.Server
	h      handler
	log    *lockedBuffer

	mu     sync.Mutex
	time   time.Time
	calls  int                // so far, of all services
	before func(n int)        // called before the n-th call, with nothing locked; not of the bus and the model
	fault  func(n int) failAt // what becomes of the n-th call
	tokens int
}

// failAt is how a call fails.
type failAt int

const (
	succeeds failAt = iota
	failsBefore
	failsAfter
)

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.time = w.time.Add(time.Millisecond)
	return w.time
}

// call counts a call and says what becomes of it.
func (w *world) call() failAt {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if w.fault == nil {
		return succeeds
	}
	return w.fault(w.calls)
}

// look does what happens before the next call.
func (w *world) look() {
	w.mu.Lock()
	before, n := w.before, w.calls+1
	w.mu.Unlock()
	if before != nil {
		before(n)
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, log: &lockedBuffer{}, time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	w.cloud = fakeaws.New(w.now)
	w.domain = searchtest.New(t)
	w.domain.Prepare(length, writerARN, "acme", "acme2")
	w.cloud.Issue = func(tenant string) aws.Credentials {
		c, err := w.domain.Credentials(searchtest.Principal{RoleARN: writerARN, Tenant: tenant}).Retrieve(context.Background())
		if err != nil {
			t.Error(err)
		}
		return c
	}
	w.cloud.SetFault(func(string) error {
		switch w.call() {
		case failsBefore:
			return fakeaws.Down()
		case failsAfter:
			return fakeaws.AfterError{Err: fakeaws.Down()}
		}
		return nil
	})
	w.domain.Faults = func(int, searchtest.Call) *searchtest.Fault {
		switch w.call() {
		case failsBefore:
			return &searchtest.Fault{Status: 503}
		case failsAfter:
			return &searchtest.Fault{Status: 0, Done: true}
		}
		return nil
	}
	client := *w.domain.Client()
	client.Transport = lookedHTTP{client.Transport, w}
	domain, err := search.NewDomain(search.Config{
		Endpoint: w.domain.Host(), Region: searchtest.Region, HTTP: &client, Attempts: 1, TripAfter: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	clients := w.cloud.Clients()
	w.h = handler{
		log:     telemetry.NewLogger(w.log, contract.DocumentIngestion.Name, "dev", slog.LevelDebug),
		metrics: telemetry.NewMetrics(w.log, contract.MetricNamespace, contract.DocumentIngestion.Name, "dev", slog.LevelDebug),
		now:     w.now,
		scopes: tenant.NewScopes(tenant.Options{
			STS: w.cloud, Base: aws.Config{Region: searchtest.Region}, RoleARN: writerARN, Function: contract.DocumentIngestion, Now: w.now,
			Clients: tenant.Clients{
				DynamoDB:  func(cfg aws.Config) tenant.DynamoDB { return lookedDB{clients.DynamoDB(cfg), w} },
				S3:        func(cfg aws.Config) tenant.S3 { return lookedS3{clients.S3(cfg), w} },
				Presigner: clients.Presigner,
			},
		}),
		bus: bus.Bus{Client: w.cloud, Name: "bus"}, domain: domain,
		model:  model{client: fakeaws.Bedrock{C: w.cloud}, id: "titan", dimensions: length, attempts: 1, pauseBase: time.Microsecond, pauseLimit: time.Microsecond},
		limits: extract.DefaultLimits(), chunks: chunk.Options{Tokens: 64, Overlap: 8},
		table: contract.Metadata.Name, bucket: bucketName,
	}
	t.Cleanup(func() {
		if denied := w.cloud.Denied(); len(denied) > 0 {
			t.Errorf("denied: %v", denied)
		}
		for line := range strings.Lines(w.log.String()) {
			if !json.Valid([]byte(line)) || strings.Contains(line, "confidential") {
				t.Errorf("the log holds %s", line)
			}
		}
	})
	return w
}

// lookedHTTP, lookedDB and lookedS3 look before each call.
type lookedHTTP struct {
	http.RoundTripper
	w *world
}

func (h lookedHTTP) RoundTrip(r *http.Request) (*http.Response, error) {
	h.w.look()
	return h.RoundTripper.RoundTrip(r)
}

type lookedDB struct {
	tenant.DynamoDB
	w *world
}

func (d lookedDB) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	d.w.look()
	return d.DynamoDB.GetItem(ctx, in, o...)
}

func (d lookedDB) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	d.w.look()
	return d.DynamoDB.TransactWriteItems(ctx, in, o...)
}

type lookedS3 struct {
	tenant.S3
	w *world
}

func (b lookedS3) GetObject(ctx context.Context, in *s3.GetObjectInput, o ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	b.w.look()
	return b.S3.GetObject(ctx, in, o...)
}

func (b lookedS3) PutObject(ctx context.Context, in *s3.PutObjectInput, o ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	b.w.look()
	return b.S3.PutObject(ctx, in, o...)
}

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
		STS: w.cloud, Base: aws.Config{Region: searchtest.Region}, RoleARN: writerARN, Function: contract.Records, Now: w.now, Clients: w.cloud.Clients(),
	}).Scope(context.Background(), identity)
	if err != nil {
		w.t.Fatal(err)
	}
	documents, err := store.NewDocuments(scope, contract.Metadata.Name, w.now)
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
		Time: w.time.UTC().Format(time.RFC3339), Sequencer: "00", Execution: fmt.Sprintf("execution-%d", w.tokens),
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
