package main

import (
	"context"
	"errors"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
)

// awaitApproval keeps the token by which who decides ends the wait, and tells
// others that a decision is asked for. Where there is nothing to wait for, its
// error ends the wait.
//
// The token comes last: a wait whose token is known and whose step failed would
// have a token that nothing waits with. The next attempt brings another one, and
// who sends a decision with the old one (the records function) then finds it.
func (h handler) awaitApproval(ctx context.Context, s step) error {
	if s.in.TaskToken == "" || s.in.Object.Execution == "" {
		return &steps.PayloadError{Problem: "nothing waits"}
	}
	v, err := s.documents.Current(ctx, s.upload)
	if over(err) || err == nil && !store.Awaited(v, s.in.Object.Execution) {
		return &DocumentWithdrawn{}
	}
	if err != nil {
		return err
	}
	if v.TaskExecution != s.in.Object.Execution { // an earlier attempt has told them
		if err := h.tell(ctx, s, contract.EventApprovalRequested); err != nil {
			return err
		}
	}
	waits, err := s.documents.Await(ctx, s.upload, s.in.TaskToken, s.in.Object.Execution)
	if over(err) || err == nil && !waits {
		return &DocumentWithdrawn{}
	}
	return err
}

// over reports whether err says that the upload is not learned any more.
func over(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrSuperseded)
}

// tell publishes an event of the step's document.
func (h handler) tell(ctx context.Context, s step, event string) error {
	return h.bus.Tell(ctx, event, contract.DocumentDetail{TenantID: s.scope.Tenant(), DocumentID: s.documentID, Version: s.upload.Version})
}
