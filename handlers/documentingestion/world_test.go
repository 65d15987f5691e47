package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/chunk"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
	"github.com/flowops/flowops/test/searchtest"
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
	log    *handlertest.Buffer

	mu     sync.Mutex
	clock  *handlertest.Clock
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
	w := &world{t: t, log: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Millisecond)}
	w.cloud = fakeaws.New(w.clock.Now)
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
		now:     w.clock.Now,
		scopes: tenant.NewScopes(tenant.Options{
			STS: w.cloud, Base: aws.Config{Region: searchtest.Region}, RoleARN: writerARN, Function: contract.DocumentIngestion, Now: w.clock.Now,
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
