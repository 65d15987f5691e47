package main

import (
	"context"
	"regexp"
	"time"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/fault"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/telemetry"
)

// updateMetadata records that the document is learned, or why it is not, and tells
// others, once: what was recorded by an attempt that failed is told by the next.
func (h handler) updateMetadata(ctx context.Context, s step) error {
	event := map[string]string{
		contract.StatusIndexed: contract.EventDocumentIndexed, contract.StatusRejected: contract.EventDocumentRejected,
	}[s.in.Status]
	if event == "" {
		return &steps.PayloadError{Problem: "its status is none that ingestion ends with"}
	}
	finished, err := s.documents.Finish(ctx, s.upload, store.Outcome{
		Status: s.in.Status, Reason: s.in.Reason, Execution: s.in.Object.Execution, Event: event,
	})
	if err != nil || finished.Untold == "" {
		return err
	}
	if err := h.tell(ctx, s, finished.Untold); err != nil {
		return err
	}
	if s.in.Status == contract.StatusIndexed {
		values := []telemetry.Value{{Metric: contract.MetricDocuments, Value: 1}, {Metric: contract.MetricEmbeddingCoverage, Value: embedded(s.in.Status)}}
		if uploaded, err := time.Parse(time.RFC3339, s.in.Object.Time); err == nil {
			values = append(values, telemetry.Value{Metric: contract.MetricDocumentAge, Value: h.now().Sub(uploaded).Seconds()})
		}
		h.measure(ctx, s, values...)
	}
	return s.documents.Told(ctx, s.upload)
}

// errorName is what a name of an error looks like, Step Functions' own included.
var errorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]{0,99}$`)

// recordFailure records that the document could not be learned, by the name of
// the error and not its cause, which may quote the document. What is unknown,
// deleted, superseded or learned meanwhile did not fail. Others are told by the
// state machine, which does so even if this fails.
func (h handler) recordFailure(ctx context.Context, s step) error {
	if s.upload.Version == 0 { // it failed before validation's result was known
		v, err := s.documents.OfObject(ctx, s.documentID, s.upload.Object)
		if over(err) {
			return nil
		}
		if err != nil {
			return err
		}
		s.upload.Version = v.Version
	}
	name := s.in.Error
	if !errorName.MatchString(name) {
		name = "unknown"
	}
	finished, err := s.documents.Finish(ctx, s.upload, store.Outcome{
		Status: contract.StatusFailed, Reason: "The document could not be learned (" + name + ").", Execution: s.in.Object.Execution,
	})
	if err != nil {
		return err
	}
	if finished.Recorded {
		h.measure(ctx, s, telemetry.Value{Metric: contract.MetricEmbeddingCoverage, Value: embedded(contract.StatusFailed)})
	}
	if finished.Document.EmbeddingStatus != contract.EmbeddingFailed {
		return nil
	}
	// What of it may be in the index goes. An attempt before this one may have
	// recorded the failure and got no further.
	vectors, err := h.vectors(s)
	if err != nil {
		return err
	}
	if _, err := vectors.Remove(ctx, s.documentID, s.upload.Version, s.upload.Version); err != nil {
		h.log.WarnContext(ctx, "chunks of a failed version may be in the index", contract.LogTenant, s.scope.Tenant(),
			"documentId", s.documentID, "version", s.upload.Version, "error", fault.Describe(err))
	}
	return nil
}

// embedded is the share of a version's chunks that have a vector, in percent: a
// version is learned whole or not at all.
func embedded(status string) float64 {
	if status == contract.StatusIndexed {
		return 100
	}
	return 0
}
