package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
)

// manifestLimit is more than a manifest has, in bytes: it has a line for each
// part.
const manifestLimit = 64 << 10

// writeManifest ends the export.
func (j *job) writeManifest(ctx context.Context, exported []contract.ExportedPart) error {
	text, err := json.MarshalIndent(contract.ExportManifest{
		Format: contract.ExportFormat, TenantID: j.scope.Tenant(), Operation: j.in.Operation, At: store.Time(j.now()), Parts: exported,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return j.write(ctx, contract.ExportManifestName, append(text, '\n'), "application/json")
}

// exported reports whether the export's manifest is there, and whole. S3 does not
// tell what is not there from what may not be read, to one who may not list: both
// are none.
func (j *job) exported(ctx context.Context) (bool, error) {
	client, err := j.scope.S3()
	if err != nil {
		return false, err
	}
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(j.bucket), Key: aws.String(j.below() + contract.ExportManifestName)})
	var api smithy.APIError
	if errors.As(err, &api) && (api.ErrorCode() == "NoSuchKey" || api.ErrorCode() == "AccessDenied") {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the manifest: %w", err)
	}
	defer func() { _ = object.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(object.Body, manifestLimit))
	if err != nil {
		return false, &steps.TransientError{Step: j.in.Step, Err: fmt.Errorf("read the manifest: %w", err)}
	}
	var m contract.ExportManifest
	if json.Unmarshal(text, &m) != nil {
		return false, nil
	}
	return m.Format == contract.ExportFormat && m.TenantID == j.scope.Tenant() && m.Operation == j.in.Operation && whole(m.Parts), nil
}

// whole reports whether a manifest has all parts, and each part its objects.
func whole(exported []contract.ExportedPart) bool {
	all := parts()
	if len(exported) != len(all) || follows(exported, all) != nil {
		return false
	}
	for _, e := range exported {
		first, last := contract.ExportObjectKey(e.Part, 1), contract.ExportObjectKey(e.Part, e.Objects)
		if e.Objects == 0 {
			first, last = "", ""
		}
		if e.First != first || e.Last != last || (e.Count == 0) != (e.Objects == 0) {
			return false
		}
	}
	return true
}
