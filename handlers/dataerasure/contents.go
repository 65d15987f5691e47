package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/store"
)

// exportContents copies the next versions of documents, within S3, and writes an
// object that says what they were.
func (j *job) exportContents(ctx context.Context, p *contract.TenantDataProgress) (bool, error) {
	client, err := j.scope.S3()
	if err != nil {
		return false, err
	}
	prefix := contract.DocumentKey(j.scope.Tenant(), "")
	in := &s3.ListObjectVersionsInput{Bucket: aws.String(j.bucket), Prefix: aws.String(prefix), MaxKeys: aws.Int32(int32(j.pages.contents))}
	if p.After != "" {
		in.KeyMarker, in.VersionIdMarker = aws.String(p.After), aws.String(p.AfterVersion)
	}
	out, err := client.ListObjectVersions(ctx, in)
	if err != nil {
		return false, fmt.Errorf("list documents: %w", err)
	}
	var lines bytes.Buffer
	for _, v := range out.Versions {
		key, version := aws.ToString(v.Key), aws.ToString(v.VersionId)
		content := contract.ExportContentKey(strings.TrimPrefix(key, prefix), version)
		if _, err := client.CopyObject(ctx, &s3.CopyObjectInput{
			Bucket: aws.String(j.bucket), Key: aws.String(j.below() + content), CopySource: aws.String(copySource(j.bucket, key, version)),
			// Documents have no tags, and reading them would be one more right.
			TaggingDirective: types.TaggingDirectiveReplace,
		}); err != nil {
			return false, fmt.Errorf("copy a document: %w", err)
		}
		line, err := json.Marshal(contract.ExportedDocument{
			Key: key, VersionID: version, LastModified: store.Time(aws.ToTime(v.LastModified)), Size: aws.ToInt64(v.Size), Content: content,
		})
		if err != nil {
			return false, fmt.Errorf("write the export: %w", err)
		}
		lines.Write(append(line, '\n'))
	}
	if err := j.writePart(ctx, p, lines.Bytes(), len(out.Versions)); err != nil {
		return false, err
	}
	p.After, p.AfterVersion = aws.ToString(out.NextKeyMarker), aws.ToString(out.NextVersionIdMarker)
	return aws.ToBool(out.IsTruncated), nil
}

// copySource names a version as CopyObject takes it: in a header, escaped.
func copySource(bucket, key, version string) string {
	parts := strings.Split(key, "/")
	for i := range parts {
		// A "+" may stand in a path, but not where it is read as a space.
		parts[i] = strings.ReplaceAll(url.PathEscape(parts[i]), "+", "%2B")
	}
	return bucket + "/" + strings.Join(parts, "/") + "?versionId=" + url.QueryEscape(version)
}
