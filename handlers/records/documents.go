package main

import (
	"context"
	"net/http"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/cursor"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

func (h handler) documents(r rest.Request) (store.Documents, error) {
	return store.NewDocuments(r.Scope, h.names.metadata, h.now)
}

func (h handler) listDocuments(ctx context.Context, r rest.Request) (rest.Answer, error) {
	documents, err := h.documents(r)
	if err != nil {
		return rest.Answer{}, err
	}
	return paged(ctx, h, r, func(at cursor.Position) (store.Page[contract.Document], error) {
		return documents.List(ctx, r.Query["status"], r.Limit, at)
	})
}

// createDocument makes a document, or the next version of one that the body
// names. A request that is sent again gets the same version, and an upload that
// is signed anew: the first one may have ended.
func (h handler) createDocument(ctx context.Context, r rest.Request) (rest.Answer, error) {
	var body struct {
		Title, ContentType, DocumentID string
		ContentLength                  int64
	}
	if err := r.Decode(&body); err != nil {
		return rest.Answer{}, err
	}
	documents, err := h.documents(r)
	if err != nil {
		return rest.Answer{}, err
	}
	draft := store.DocumentDraft{Title: body.Title, ContentType: body.ContentType, ContentLength: body.ContentLength}
	var written store.Written[contract.Document]
	if body.DocumentID == "" {
		written, err = documents.Create(ctx, draft, r.Write)
	} else {
		written, err = documents.CreateVersion(ctx, body.DocumentID, draft, r.Write)
	}
	if err != nil {
		return rest.Answer{}, err
	}
	d := written.Item
	upload, err := h.upload(ctx, r.Scope, d)
	return rest.Answer{
		Status: http.StatusCreated, Body: contract.NewDocument{Document: d, Upload: upload}, Headers: map[string]string{"Location": "/documents/" + d.DocumentID},
	}, err
}

// withVersions reads the document that the path names, and its versions.
func (h handler) withVersions(ctx context.Context, r rest.Request) (store.Documents, contract.Document, []contract.Document, error) {
	documents, err := h.documents(r)
	if err != nil {
		return documents, contract.Document{}, nil, err
	}
	d, err := documents.Get(ctx, r.Params["id"])
	if err != nil {
		return documents, d, nil, err
	}
	versions, err := documents.Versions(ctx, d.DocumentID)
	return documents, d, versions, err
}

func (h handler) getDocument(ctx context.Context, r rest.Request) (rest.Answer, error) {
	_, d, versions, err := h.withVersions(ctx, r)
	if err != nil {
		return rest.Answer{}, err
	}
	download, err := h.download(ctx, r.Scope, d)
	return rest.Answer{Status: http.StatusOK, Body: contract.FullDocument{Document: d, Versions: versions, Download: download}}, err
}
