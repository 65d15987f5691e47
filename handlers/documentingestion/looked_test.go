package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/handlers/internal/tenant"
)

// lookedHTTP, lookedDB and lookedS3 look before each call.
type lookedHTTP struct {
	http.RoundTripper
	w *world
}

func (h lookedHTTP) RoundTrip(r *http.Request) (*http.Response, error) {
	h.w.look()
	return h.RoundTripper.RoundTrip(r)
}

type lookedDB struct {
	tenant.DynamoDB
	w *world
}

func (d lookedDB) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	d.w.look()
	return d.DynamoDB.GetItem(ctx, in, o...)
}

func (d lookedDB) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	d.w.look()
	return d.DynamoDB.TransactWriteItems(ctx, in, o...)
}

type lookedS3 struct {
	tenant.S3
	w *world
}

func (b lookedS3) GetObject(ctx context.Context, in *s3.GetObjectInput, o ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	b.w.look()
	return b.S3.GetObject(ctx, in, o...)
}

func (b lookedS3) PutObject(ctx context.Context, in *s3.PutObjectInput, o ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	b.w.look()
	return b.S3.PutObject(ctx, in, o...)
}
