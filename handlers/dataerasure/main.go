// Command dataerasure does the steps of the state machine that exports and erases
// the data of a tenant that goes.
//
// Every step may run twice, and one that was taken for lost may still be running
// beside its repetition: the state machine waits between the export, the erasure
// and the look at what is left for as long as an invocation can take, so that
// nothing that is erased is exported over.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/account"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/pause"
	"github.com/flowops/flowops/handlers/internal/start"
)

// callTimeout bounds one attempt of an AWS call: S3 copies a document of 50 MiB,
// the longest, within it.
const callTimeout = 30 * time.Second

func main() { start.Lambda(contract.DataErasure, wire) }

func wire(ctx context.Context, in start.Input) (start.Handler[contract.TenantDataStep, contract.TenantDataResult], error) {
	cfg, err := account.Open(ctx, in, callTimeout)
	if err != nil {
		return nil, err
	}
	h := handler{
		log: in.Log, now: time.Now, sleep: pause.Sleep, budget: budget, pages: allPages(),
		scopes: account.Scopes(cfg, in, contract.DataErasure),
		bus:    bus.Bus{Client: eventbridge.NewFromConfig(cfg), Name: in.Env[contract.EnvEventBus]},
		tables: map[string]string{
			contract.Tickets.Name: in.Env[contract.EnvTicketsTable], contract.Conversations.Name: in.Env[contract.EnvConversations],
			contract.Metadata.Name: in.Env[contract.EnvMetadataTable], contract.Connections.Name: in.Env[contract.EnvConnectionsTable],
			contract.Agents.Name: in.Env[contract.EnvAgentsTable], contract.Audit.Name: in.Env[contract.EnvAuditTable],
		},
		bucket: in.Env[contract.EnvDocumentsBucket],
	}
	return h.handle, nil
}
