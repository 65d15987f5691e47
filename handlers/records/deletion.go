package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// deleteDocument ends the waits of a document's ingestion, removes its uploads
// for good, tells others, and removes its items, the head last: a deletion that
// broke off is done again by the same request, whose steps find less to do.
func (h handler) deleteDocument(ctx context.Context, r rest.Request) (rest.Answer, error) {
	documents, d, versions, err := h.withVersions(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	for _, v := range versions {
		if err := h.withdraw(ctx, v.TaskToken); err != nil {
			return rest.Answer{}, err
		}
	}
	if err := h.removeObjects(ctx, r.Scope, d.S3Key); err != nil {
		return rest.Answer{}, err
	}
	if err := h.publishDocument(ctx, contract.EventDocumentDeleted, d); err != nil {
		return rest.Answer{}, err
	}
	for _, v := range versions {
		if err := documents.RemoveVersion(ctx, v.DocumentID, v.Version); err != nil {
			return rest.Answer{}, err
		}
	}
	return rest.Answer{Status: http.StatusNoContent}, documents.RemoveHead(ctx, d.DocumentID, d.Version)
}

// withdraw breaks off a wait, where there is one.
func (h handler) withdraw(ctx context.Context, token string) error {
	if token == "" {
		return nil
	}
	_, err := h.waits.SendTaskFailure(ctx, &sfn.SendTaskFailureInput{
		TaskToken: aws.String(token), Error: aws.String(contract.ErrorWithdrawn), Cause: aws.String("The document was deleted."),
	})
	if err != nil && !over(err) {
		return fmt.Errorf("withdraw a document: %w", err)
	}
	return nil
}

// removeObjects removes every version of the object: the bucket keeps what is
// only marked as deleted.
func (h handler) removeObjects(ctx context.Context, scope tenant.Scope, key string) error {
	client, err := scope.S3()
	if err != nil {
		return err
	}
	return h.objects(ctx, scope, key, func(v objectVersion) error {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{
			Bucket: aws.String(h.names.documents), Key: aws.String(key), VersionId: aws.String(v.id),
		})
		if err != nil {
			return fmt.Errorf("remove a version of a document's object: %w", err)
		}
		return nil
	})
}
