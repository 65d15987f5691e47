package fakeaws

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // as S3 makes an ETag
	"encoding/hex"
	"fmt"
	"io"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// object is a version of an object.
type object struct {
	version  string
	body     []byte
	metadata map[string]string
	tagging  string // as the header has it
	marker   bool   // of a deletion
}

// Upload makes a version of an object, as a presigned PUT does.
func (c *Cloud) Upload(key string) { c.UploadBody(key, nil, nil) }

// UploadBody is Upload of a content with user metadata, and returns the version's
// id.
func (c *Cloud) UploadBody(key string, body []byte, metadata map[string]string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.place(key, object{body: bytes.Clone(body), metadata: maps.Clone(metadata)})
}

// Mark deletes an object as who names no version does: its versions stay.
func (c *Cloud) Mark(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.place(key, object{marker: true})
}

// place adds a version, the newest one. The caller holds the lock.
func (c *Cloud) place(key string, o object) string {
	c.serial++
	o.version = fmt.Sprintf("v%d", c.serial)
	c.objects[key] = append([]object{o}, c.objects[key]...)
	return o.version
}

// Object is the newest version of an object and its tags; nil where there is none.
func (c *Cloud) Object(key string) (body []byte, tagging string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.objects[key]) == 0 {
		return nil, ""
	}
	return c.objects[key][0].body, c.objects[key][0].tagging
}

// Keys are the keys of all objects.
func (c *Cloud) Keys() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var keys []string
	for key, versions := range c.objects {
		if len(versions) > 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// EraseObject removes all versions of an object.
func (c *Cloud) EraseObject(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.objects, key)
}

// GetObject reads a version, or the newest one. Without the right to list, which
// the ingestion's role lacks, S3 does not tell what is not there from what is not
// allowed; an object's version that is gone it names.
func (b bucket) GetObject(ctx context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	after, err := b.allow(ctx, "GetObject", aws.ToString(in.Key))
	if err != nil || after != nil {
		return nil, first(err, after)
	}
	for _, o := range b.c.objects[aws.ToString(in.Key)] {
		if in.VersionId == nil && o.marker {
			break
		}
		if in.VersionId == nil || o.version == *in.VersionId {
			return &s3.GetObjectOutput{
				Body: io.NopCloser(bytes.NewReader(o.body)), ContentLength: aws.Int64(int64(len(o.body))), Metadata: maps.Clone(o.metadata), VersionId: aws.String(o.version),
			}, nil
		}
	}
	if in.VersionId != nil {
		return nil, &smithy.GenericAPIError{Code: "NoSuchVersion", Message: "The specified version does not exist.", Fault: smithy.FaultClient}
	}
	return nil, &smithy.GenericAPIError{Code: "AccessDenied", Message: "Access Denied", Fault: smithy.FaultClient}
}

// PutObject makes a version.
func (b bucket) PutObject(ctx context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	after, err := b.allow(ctx, "PutObject", aws.ToString(in.Key))
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(body) //nolint:gosec // as above
	version := b.c.place(aws.ToString(in.Key), object{body: body, metadata: maps.Clone(in.Metadata), tagging: aws.ToString(in.Tagging)})
	return &s3.PutObjectOutput{VersionId: aws.String(version), ETag: aws.String(hex.EncodeToString(sum[:]))}, after
}

// allow begins a call on an object. The caller holds the lock. after is to be
// returned when the call is done.
func (b bucket) allow(ctx context.Context, operation, key string) (after, before error) {
	after, err := b.c.begin(operation)
	if err != nil {
		return nil, err
	}
	return after, b.reach(ctx, operation, key)
}
