package main

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/bus"
	"github.com/flowops/flowops/handlers/internal/chunk"
	"github.com/flowops/flowops/handlers/internal/extract"
	"github.com/flowops/flowops/handlers/internal/search"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// reserve is what a step leaves of the invocation's time, to end before Lambda
// ends it: an invocation that vanished is repeated once, a transient error more
// often.
const reserve = 10 * time.Second

// scopes opens tenants' data.
type scopes interface {
	Scope(context.Context, tenant.Identity) (tenant.Scope, error)
}

// handler does the steps of the ingestion state machine.
type handler struct {
	log     *slog.Logger
	metrics *telemetry.Metrics
	now     store.Clock
	scopes  scopes
	bus     bus.Bus
	domain  *search.Domain
	model   model
	limits  extract.Limits
	chunks  chunk.Options
	table   string // of documents' metadata
	bucket  string // of documents
}

// step is one invocation, opened: whose it is and what of.
type step struct {
	in         contract.IngestionStep
	scope      tenant.Scope
	documents  store.Documents
	documentID string
	upload     store.Upload // its version is 0 where the step is given no document
}

// handle does a step. Its errors are those of errors.go.
func (h handler) handle(ctx context.Context, in contract.IngestionStep) (any, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	do, known := map[string]func(context.Context, step) (any, error){
		contract.StepValidate:       func(ctx context.Context, s step) (any, error) { return h.validate(ctx, s) },
		contract.StepAwaitApproval:  func(ctx context.Context, s step) (any, error) { return nil, h.awaitApproval(ctx, s) },
		contract.StepChunk:          func(ctx context.Context, s step) (any, error) { return h.chunk(ctx, s) },
		contract.StepEmbed:          func(ctx context.Context, s step) (any, error) { return nil, h.embed(ctx, s) },
		contract.StepIndex:          func(ctx context.Context, s step) (any, error) { return nil, h.index(ctx, s) },
		contract.StepUpdateMetadata: func(ctx context.Context, s step) (any, error) { return nil, h.updateMetadata(ctx, s) },
		contract.StepRecordFailure:  func(ctx context.Context, s step) (any, error) { return nil, h.recordFailure(ctx, s) },
		contract.StepRemove:         func(ctx context.Context, s step) (any, error) { return nil, h.remove(ctx, s) },
	}[in.Step]
	if !known {
		err := &steps.PayloadError{Problem: "its step is none"}
		h.log.ErrorContext(ctx, "refused", "error", err.Error())
		return nil, err
	}
	log := h.log.With("step", in.Step)
	s, err := h.open(ctx, in)
	if err == nil {
		log = log.With(contract.LogTenant, s.scope.Tenant(), "documentId", s.documentID, "version", s.upload.Version)
		var out any
		if out, err = do(ctx, s); err == nil {
			log.InfoContext(ctx, "done")
			return out, nil
		}
	}
	err = named(in.Step, err)
	var refused *tenant.RefusedError
	var withdrawn *DocumentWithdrawn
	switch {
	case errors.As(err, &refused):
		log.WarnContext(ctx, "refused", contract.SecurityEventField, contract.SecurityIdentityRefused, "error", err.Error())
	case errors.As(err, &withdrawn):
		log.InfoContext(ctx, "withdrawn")
	default:
		log.ErrorContext(ctx, "failed", "error", err.Error(), "type", steps.TypeName(err))
	}
	return nil, err
}

// documentID is what an id of a document looks like, generously: one that can
// stand in keys of every kind.
var documentID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// open checks the payload and opens the data of the tenant that its object is of,
// and no other's.
func (h handler) open(ctx context.Context, in contract.IngestionStep) (step, error) {
	s := step{in: in}
	if in.Step == contract.StepRemove {
		if in.Document == nil || in.Object.Key != "" {
			return s, &steps.PayloadError{Problem: "a removal is of a document, and of no object"}
		}
		in.Object.Key = contract.DocumentKey(in.Object.TenantID, in.Document.DocumentID)
	} else if in.Object.Bucket != h.bucket || in.Object.VersionID == "" {
		return s, &steps.PayloadError{Problem: "its object is no version in the documents bucket"}
	}
	identity, err := tenant.FromObject(in.Object)
	if err != nil {
		return s, err
	}
	s.documentID = strings.TrimPrefix(in.Object.Key, contract.DocumentKey(identity.Tenant(), ""))
	if !documentID.MatchString(s.documentID) {
		s.documentID = "" // nothing that the platform made
	}
	s.upload = store.Upload{DocumentID: s.documentID, Object: in.Object.VersionID}
	if d := in.Document; d != nil && d.DocumentID != "" {
		if d.DocumentID != s.documentID || d.Version < 1 {
			return s, &steps.PayloadError{Problem: "its document is not its object's"}
		}
		s.upload.Version = d.Version
	}
	optional := in.Step == contract.StepValidate || in.Step == contract.StepRecordFailure
	if s.upload.Version == 0 && !optional {
		return s, &steps.PayloadError{Problem: "it names no document"}
	}
	if s.scope, err = h.scopes.Scope(ctx, identity); err != nil {
		return s, err
	}
	s.documents, err = store.NewDocuments(s.scope, h.table, h.now)
	return s, err
}

// vectors returns the index as the step's tenant has it.
func (h handler) vectors(s step) (*search.Tenant, error) {
	cfg, err := s.scope.Config()
	if err != nil {
		return nil, err
	}
	return h.domain.Tenant(s.scope.Tenant(), cfg.Credentials)
}

// measure writes metrics. That it can't fails nothing.
func (h handler) measure(ctx context.Context, s step, values ...telemetry.Value) {
	if err := h.metrics.Put(ctx, s.scope.Tenant(), values...); err != nil {
		h.log.WarnContext(ctx, "metrics lost", "error", err.Error())
	}
}
