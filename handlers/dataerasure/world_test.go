package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/fakeaws"
	"github.com/flowops/flowops/handlers/internal/handlertest"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

const (
	bucketName = "documents-bucket"
	operation  = "019b0000-0000-7000-8000-000000000001"
)

// world is the function against an account in memory.
type world struct {
	t     testing.TB
	cloud *fakeaws.Cloud
	h     handler
	log   *handlertest.Buffer
	clock *handlertest.Clock
	slept []time.Duration
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, log: &handlertest.Buffer{}, clock: handlertest.NewClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Millisecond)}
	w.cloud = fakeaws.New(w.clock.Now)
	names := map[string]string{}
	for _, table := range contract.Tables() {
		names[table.Name] = table.Name
	}
	w.h = handler{
		log: telemetry.NewLogger(w.log, contract.DataErasure.Name, "dev", slog.LevelDebug), now: w.clock.Now, budget: time.Hour, pages: pages{items: 3, contents: 2, keys: 30, versions: 3},
		sleep: func(ctx context.Context, d time.Duration) error { w.slept = append(w.slept, d); return ctx.Err() },
		scopes: tenant.NewScopes(tenant.Options{
			STS: w.cloud, Base: aws.Config{Region: "us-east-1"}, RoleARN: "arn:aws:iam::111111111111:role/r", Function: contract.DataErasure, Clients: w.cloud.Clients(), Now: w.clock.Now,
		}),
		bus: bus.Bus{Client: w.cloud, Name: "bus"}, tables: names, bucket: bucketName,
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

func (w *world) put(table contract.Table, tenant, sort string, more map[string]any) {
	w.t.Helper()
	item, err := attributevalue.MarshalMap(more)
	if err != nil {
		w.t.Fatal(err)
	}
	item["PK"], item["SK"] = &types.AttributeValueMemberS{Value: "TENANT#" + tenant}, &types.AttributeValueMemberS{Value: sort}
	w.cloud.Put(table.Name, item)
}

// fill gives a tenant data of every kind.
func (w *world) fill(tenant string) {
	for n := range 7 {
		w.put(contract.Tickets, tenant, fmt.Sprintf("TICKET#%02d", n), map[string]any{"ticketId": n, "subject": "confidential of " + tenant, "slaRisk": n%2 == 0})
	}
	for n := range 6 { // a multiple of a page
		w.put(contract.Conversations, tenant, fmt.Sprintf("CONV#c#MSG#%02d", n), map[string]any{"content": "confidential <&>", "confidence": 0.7, "citations": []any{map[string]any{"snippet": "confidential"}}, "none": nil})
	}
	w.put(contract.Conversations, tenant, "CONV#c#ESCALATED", map[string]any{"turnId": "t"})
	w.put(contract.Metadata, tenant, "DOC#d1", map[string]any{"title": "confidential"})
	w.put(contract.Metadata, tenant, "DOC#d1#V#00000001", map[string]any{"title": "confidential", "taskToken": "secret-token", "taskExecution": "e"})
	for _, table := range []contract.Table{contract.Tickets, contract.Metadata} {
		w.put(table, tenant, "REQUEST#h", map[string]any{"answer": "confidential", "expiresAt": 1})
	}
	for n := range 60 {
		w.put(contract.Connections, tenant, fmt.Sprintf("CONN#%02d", n), map[string]any{"connectionId": "confidential"})
	}
	w.put(contract.Connections, tenant, "TURN#t", map[string]any{"asked": "confidential"})
	w.put(contract.Audit, tenant, "ACTION#a", map[string]any{"input": "confidential"})
	for n := range 5 {
		w.cloud.UploadBody(contract.DocumentKey(tenant, "d1"), fmt.Appendf(nil, "content %d of %s", n, tenant), map[string]string{contract.DocumentVersionMetadata: "1"})
	}
	w.cloud.UploadBody(contract.DocumentKey(tenant, "a b+c"), []byte("odd name of "+tenant), nil)
	w.cloud.Mark(contract.DocumentKey(tenant, "d1"))
	w.cloud.UploadBody(contract.WorkKey(tenant, "d1", 1)+"chunks/000000.json", []byte("work"), nil)
}

// offboard has the tenant's record as the provisioner leaves it.
func (w *world) offboard(tenant, data string) {
	w.t.Helper()
	w.record(tenant, func(r store.AgentRecord) store.AgentRecord {
		r.State, r.Step, r.Operation, r.By, r.Tier, r.Attempt = contract.AgentErasing, contract.DataStepSettle, operation, "olga", "basic", 1
		r.Report = &contract.RemovalReport{TenantID: tenant, State: contract.AgentErasing, Removed: []string{"agent configuration"}, People: 2, Data: data, Left: []string{}}
		return r
	})
}

// record changes a tenant's record.
func (w *world) record(id string, change func(store.AgentRecord) store.AgentRecord) {
	w.t.Helper()
	agents := w.agents(id)
	held, err := agents.Hold(context.Background(), "test", time.Minute, func(r store.AgentRecord) (store.AgentRecord, error) { return change(r), nil })
	if err == nil {
		_, err = agents.Release(context.Background(), held)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) agents(id string) store.Agents {
	w.t.Helper()
	identity, err := tenant.FromDataStep(contract.TenantDataStep{TenantID: id})
	if err != nil {
		w.t.Fatal(err)
	}
	scope, err := w.h.scopes.Scope(context.Background(), identity)
	if err != nil {
		w.t.Fatal(err)
	}
	agents, err := store.NewAgents(scope, contract.Agents.Name, w.clock.Now)
	if err != nil {
		w.t.Fatal(err)
	}
	return agents
}

// invoke is one invocation, through JSON. The name of its error is Lambda's.
func (w *world) invoke(in contract.TenantDataStep) (contract.TenantDataResult, string) {
	w.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	in = contract.TenantDataStep{}
	if err := json.Unmarshal(raw, &in); err != nil {
		w.t.Fatal(err)
	}
	out, err := w.h.handle(context.Background(), in)
	if err != nil {
		return out, reflect.TypeOf(err).Elem().Name()
	}
	return out, ""
}

func step(name string) contract.TenantDataStep {
	return contract.TenantDataStep{Step: name, TenantID: "acme", Operation: operation}
}

// of are a tenant's items of a table, as lines, by sort key.
func (w *world) of(table contract.Table, tenant string) map[string]string {
	all := map[string]string{}
	for _, item := range w.cloud.Items(table.Name) {
		if item["PK"].(*types.AttributeValueMemberS).Value != "TENANT#"+tenant {
			continue
		}
		var plain map[string]any
		if err := attributevalue.UnmarshalMap(item, &plain); err != nil {
			w.t.Fatal(err)
		}
		text, err := json.Marshal(plain)
		if err != nil {
			w.t.Fatal(err)
		}
		all[item["SK"].(*types.AttributeValueMemberS).Value] = string(text)
	}
	return all
}

// data is everything of a tenant but its exports: its items and objects.
func (w *world) data(tenant string) map[string]string {
	all := map[string]string{}
	for _, table := range contract.Tables() {
		for key, text := range w.of(table, tenant) {
			all[table.Name+" "+key] = text
		}
	}
	for _, key := range w.cloud.Keys() {
		if strings.HasPrefix(key, contract.TenantPrefix+tenant+"/") {
			all[key] = fmt.Sprint(w.cloud.Versions(key))
		}
	}
	return all
}

// left are the names of what is to be erased of a tenant.
func (w *world) left(tenant string) []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range maps.Keys(w.data(tenant)) {
			if !strings.HasPrefix(name, contract.Audit.Name+" ") && !yield(name) {
				return
			}
		}
	})
}

type storeRecord = store.AgentRecord
