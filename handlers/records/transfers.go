package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
	"github.com/flowops/flowops/handlers/internal/tenant"
)

// transferLife is how long an upload or download may begin.
const transferLife = contract.MaxPresign

// upload is a PUT of a document's version, of the type and length that it was
// announced with. The bucket encrypts it with its own key: a header that named
// one would be refused.
func (h handler) upload(ctx context.Context, scope tenant.Scope, d contract.Document) (contract.Transfer, error) {
	presigner, err := scope.Presigner()
	if err != nil {
		return contract.Transfer{}, err
	}
	ends := h.now().Add(transferLife)
	signed, err := presigner.PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(h.names.documents), Key: aws.String(d.S3Key), ContentType: aws.String(d.ContentType), ContentLength: aws.Int64(d.ContentLength),
		Metadata: map[string]string{contract.DocumentVersionMetadata: strconv.Itoa(d.Version)},
	}, s3.WithPresignExpires(transferLife))
	if err != nil {
		return contract.Transfer{}, fmt.Errorf("sign an upload: %w", err)
	}
	return newTransfer(signed, ends), nil
}

// download is a GET of the upload that the document's version is, and before
// ingestion took one up, of the newest; nil where there is none. So who decides on
// a document reads what is learned of it.
func (h handler) download(ctx context.Context, scope tenant.Scope, d contract.Document) (*contract.Transfer, error) {
	var version, newest string
	err := h.objects(ctx, scope, d.S3Key, func(v objectVersion) error {
		switch {
		case v.marker:
		case v.id == d.ObjectVersion:
			version = v.id
		case v.latest:
			newest = v.id
		}
		return nil
	})
	if version == "" && d.ObjectVersion == "" {
		version = newest
	}
	if err != nil || version == "" {
		return nil, err
	}
	presigner, err := scope.Presigner()
	if err != nil {
		return nil, err
	}
	ends := h.now().Add(transferLife)
	signed, err := presigner.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(h.names.documents), Key: aws.String(d.S3Key), VersionId: aws.String(version),
		// To be saved, never shown: HTML of a customer must not run on the bucket's origin.
		ResponseContentDisposition: aws.String(mime.FormatMediaType("attachment", map[string]string{"filename": d.Title})),
	}, s3.WithPresignExpires(transferLife))
	if err != nil {
		return nil, fmt.Errorf("sign a download: %w", err)
	}
	t := newTransfer(signed, ends)
	return &t, nil
}

func newTransfer(signed *v4.PresignedHTTPRequest, ends time.Time) contract.Transfer {
	t := contract.Transfer{Method: signed.Method, URL: signed.URL, Headers: map[string]string{}, ExpiresAt: store.Time(ends)}
	for name := range signed.SignedHeader {
		if name = http.CanonicalHeaderKey(name); name != "Host" { // a client sends that by itself
			t.Headers[name] = signed.SignedHeader.Get(name)
		}
	}
	return t
}

// objectVersion is a version of an object, or a marker of its deletion.
type objectVersion struct {
	id             string
	latest, marker bool
}

// objects calls visit with each version of the object with the key.
func (h handler) objects(ctx context.Context, scope tenant.Scope, key string, visit func(objectVersion) error) error {
	client, err := scope.S3()
	if err != nil {
		return err
	}
	in := &s3.ListObjectVersionsInput{Bucket: aws.String(h.names.documents), Prefix: aws.String(key)}
	for {
		out, err := client.ListObjectVersions(ctx, in)
		if err != nil {
			return fmt.Errorf("list versions of a document's object: %w", err)
		}
		var found []objectVersion
		for _, v := range out.Versions {
			if aws.ToString(v.Key) == key { // the prefix is of other keys too
				found = append(found, objectVersion{aws.ToString(v.VersionId), aws.ToBool(v.IsLatest), false})
			}
		}
		for _, m := range out.DeleteMarkers {
			if aws.ToString(m.Key) == key {
				found = append(found, objectVersion{aws.ToString(m.VersionId), aws.ToBool(m.IsLatest), true})
			}
		}
		for _, v := range found {
			if err := visit(v); err != nil {
				return err
			}
		}
		if !aws.ToBool(out.IsTruncated) {
			return nil
		}
		in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
	}
}
