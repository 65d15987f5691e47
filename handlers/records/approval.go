package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

const decisionApproved = "approved" // of the model DocumentApproval

// decideDocument records a decision, ends the wait of the document's ingestion,
// tells others, and then forgets the wait. A crash between any two of these
// leaves the wait's token: the same request, sent again, does what is missing.
func (h handler) decideDocument(ctx context.Context, r rest.Request) (rest.Answer, error) {
	var body struct {
		Version          int
		Decision, Reason string
	}
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	documents, err := h.documents(r)
	if err != nil {
		return rest.Answer{}, err
	}
	before, err := documents.Recall(ctx, r.Write)
	if err != nil {
		return rest.Answer{}, err
	}
	if before != nil {
		return rest.Answer{Status: http.StatusOK, Body: before.Item}, nil
	}
	approved := body.Decision == decisionApproved
	decision := store.Decision{DocumentID: r.Params["id"], Version: body.Version, Approved: approved, By: r.Identity.Subject(), Reason: body.Reason}
	decided, err := documents.Decide(ctx, decision)
	if err != nil {
		return rest.Answer{}, err
	}
	if decided.Token != "" {
		if decided, err = h.carryOut(ctx, documents, decision, decided); err != nil {
			return rest.Answer{}, err
		}
	}
	return rest.Answer{Status: http.StatusOK, Body: decided.Document}, documents.Settle(ctx, decided, r.Write)
}

// carryOut ends the wait and tells others. Where ingestion has begun its wait
// anew since the decision was read, it is sent to the new one.
func (h handler) carryOut(ctx context.Context, documents store.Documents, decision store.Decision, decided store.Decided) (store.Decided, error) {
	output, err := json.Marshal(contract.IngestionApproval{Approved: decision.Approved})
	if err != nil {
		return decided, fmt.Errorf("write the decision: %w", err)
	}
	for {
		_, err = h.waits.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: aws.String(decided.Token), Output: aws.String(string(output))})
		if err == nil {
			break
		}
		if !over(err) {
			return decided, fmt.Errorf("send the decision: %w", err)
		}
		if decided.Resumed { // it ended the wait itself, before it failed
			break
		}
		withdrawn, err := documents.Withdraw(ctx, decided)
		if err != nil {
			return decided, err
		}
		if withdrawn {
			return decided, &store.ConflictError{Current: decided.Document.Version, Reason: "its wait for a decision has ended"}
		}
		if decided, err = documents.Decide(ctx, decision); err != nil {
			return decided, err
		}
	}
	kind := contract.EventDocumentRejected
	if decision.Approved {
		kind = contract.EventDocumentApproved
	}
	return decided, h.publishDocument(ctx, kind, decided.Document)
}

// over reports whether err says that nothing waits with the token any more.
func over(err error) bool {
	var timedOut *types.TaskTimedOut
	var gone *types.TaskDoesNotExist
	var invalid *types.InvalidToken
	return errors.As(err, &timedOut) || errors.As(err, &gone) || errors.As(err, &invalid)
}

func (h handler) publishDocument(ctx context.Context, kind string, d contract.Document) error {
	return h.bus.Tell(ctx, kind, contract.DocumentDetail{TenantID: d.TenantID, DocumentID: d.DocumentID, Version: d.Version})
}
