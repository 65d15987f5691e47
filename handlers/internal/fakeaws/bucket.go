package fakeaws

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
)

// bucket is the documents bucket as one session sees it.
type bucket struct {
	c   *Cloud
	cfg aws.Config
}

// reach is the object prefixes as the tenant access roles have them: an export is
// read and written, and nobody deletes it.
func (b bucket) reach(ctx context.Context, operation, key string) error {
	tenant := b.c.tenantOf(ctx, b.cfg)
	export := strings.HasPrefix(key, contract.ExportPrefix+tenant+"/") && (operation == "GetObject" || operation == "PutObject" || operation == "CopyObject")
	if tenant == "" || !strings.HasPrefix(key, contract.TenantPrefix+tenant+"/") && !export {
		return b.c.deny(fmt.Sprintf("%s: %q reaches for %q", operation, tenant, key))
	}
	return nil
}

// drop removes a version. The caller holds the lock.
func (c *Cloud) drop(key string, version *string) {
	if version == nil {
		panic("a deletion without a version leaves the object")
	}
	c.objects[key] = slices.DeleteFunc(slices.Clone(c.objects[key]), func(o object) bool { return o.version == *version })
}

func (b bucket) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput, _ ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	after, err := b.allow(ctx, "DeleteObject", aws.ToString(in.Key))
	if err != nil {
		return nil, err
	}
	b.c.drop(aws.ToString(in.Key), in.VersionId)
	return &s3.DeleteObjectOutput{}, after
}

// DeleteObjects deletes what it can, and tells of the rest in its answer.
func (b bucket) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput, _ ...func(*s3.Options)) (*s3.DeleteObjectsOutput, error) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	if n := len(in.Delete.Objects); n == 0 || n > 1000 { // DeleteObjects' limit
		panic(fmt.Sprintf("S3 refuses to delete %d objects at once", n))
	}
	after, err := b.c.begin("DeleteObjects")
	if err != nil {
		return nil, err
	}
	out := &s3.DeleteObjectsOutput{}
	for _, o := range in.Delete.Objects {
		key := aws.ToString(o.Key)
		if err := b.reach(ctx, "DeleteObjects", key); err != nil {
			return nil, err
		}
		if code := b.c.Stuck[key]; code != "" {
			out.Errors = append(out.Errors, s3types.Error{Key: o.Key, VersionId: o.VersionId, Code: aws.String(code)})
			continue
		}
		b.c.drop(key, o.VersionId)
	}
	return out, after
}

// CopyObject makes a version of another object's version.
func (b bucket) CopyObject(ctx context.Context, in *s3.CopyObjectInput, _ ...func(*s3.Options)) (*s3.CopyObjectOutput, error) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	path, version, named := strings.Cut(aws.ToString(in.CopySource), "?versionId=")
	_, escaped, _ := strings.Cut(path, "/")
	source, err := url.QueryUnescape(escaped)
	if err != nil || !named || strings.ContainsAny(escaped, " +") || in.TaggingDirective != s3types.TaggingDirectiveReplace {
		panic("a copy names a version, is escaped, and asks for no tags, whose reading is another right: " + aws.ToString(in.CopySource))
	}
	after, err := b.allow(ctx, "CopyObject", aws.ToString(in.Key))
	if err != nil {
		return nil, err
	}
	if err := b.reach(ctx, "GetObject", source); err != nil {
		return nil, err
	}
	n := slices.IndexFunc(b.c.objects[source], func(o object) bool { return o.version == version && !o.marker })
	if n < 0 {
		return nil, &smithy.GenericAPIError{Code: "NoSuchVersion", Message: "The specified version does not exist.", Fault: smithy.FaultClient}
	}
	copied := b.c.objects[source][n]
	copied.tagging = aws.ToString(in.Tagging)
	b.c.place(aws.ToString(in.Key), copied)
	return &s3.CopyObjectOutput{}, after
}

// ListObjectVersions lists by key, and the versions of a key from the newest on.
func (b bucket) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput, _ ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	after, err := b.allow(ctx, "ListObjectVersions", aws.ToString(in.Prefix))
	if err := first(err, after); err != nil {
		return nil, err
	}
	type listed struct {
		key    string
		latest bool
		object
	}
	var all []listed
	for key, versions := range b.c.objects {
		for n, v := range versions {
			if strings.HasPrefix(key, aws.ToString(in.Prefix)) {
				all = append(all, listed{key, n == 0, v})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y listed) int { return cmp.Compare(x.key, y.key) })
	if in.KeyMarker != nil {
		// Behind the version, or behind all of the key's where none is named.
		past := func(l listed) bool { return l.key > *in.KeyMarker }
		if in.VersionIdMarker != nil {
			n := slices.IndexFunc(all, func(l listed) bool { return l.key == *in.KeyMarker && l.version == *in.VersionIdMarker })
			if n >= 0 {
				all = all[n+1:]
				past = func(listed) bool { return true }
			}
		}
		all = slices.DeleteFunc(all, func(l listed) bool { return !past(l) })
	}
	out := &s3.ListObjectVersionsOutput{IsTruncated: aws.Bool(false)}
	if limit := int(aws.ToInt32(in.MaxKeys)); limit > 0 && len(all) > limit {
		all = all[:limit]
		out.IsTruncated, out.NextKeyMarker, out.NextVersionIdMarker = aws.Bool(true), aws.String(all[limit-1].key), aws.String(all[limit-1].version)
	}
	for _, l := range all {
		if l.marker {
			out.DeleteMarkers = append(out.DeleteMarkers, s3types.DeleteMarkerEntry{Key: aws.String(l.key), VersionId: aws.String(l.version), IsLatest: aws.Bool(l.latest)})
			continue
		}
		out.Versions = append(out.Versions, s3types.ObjectVersion{
			Key: aws.String(l.key), VersionId: aws.String(l.version), IsLatest: aws.Bool(l.latest), Size: aws.Int64(int64(len(l.body))), LastModified: aws.Time(b.c.now()),
		})
	}
	return out, nil
}
