package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/steps"
	"github.com/flowops/flowops/handlers/internal/store"
)

// part is a part of an export. page writes its next object, if there is one, and
// reports whether there is more of it. Where there is not, nothing stands in the
// progress to go on behind.
type part struct {
	name string
	page func(j *job, ctx context.Context, p *contract.TenantDataProgress) (bool, error)
}

// parts are all parts of an export, in order.
func parts() []part {
	var all []part
	for _, kind := range contract.ExportKinds() {
		if kind.Part != "" {
			all = append(all, part{kind.Part, func(j *job, ctx context.Context, p *contract.TenantDataProgress) (bool, error) {
				return j.exportItems(ctx, kind, p)
			}})
		}
	}
	return append(all, part{contract.ExportDocuments, (*job).exportContents})
}

// export writes a part of the export after the other, and at the end its
// manifest. An export that is whole stays as it is: what is left of the data may
// be less by now.
func (j *job) export(ctx context.Context) (contract.TenantDataResult, error) {
	if j.record.Report.Data != contract.DataExport {
		return contract.TenantDataResult{}, &NotOffboardedError{}
	}
	p := j.in.Progress
	p.Exported = slices.Clone(p.Exported)
	if whole, err := j.exported(ctx); whole || err != nil {
		return contract.TenantDataResult{Done: whole, Progress: p}, err
	}
	all := parts()
	if err := follows(p.Exported, all); err != nil {
		return contract.TenantDataResult{}, err
	}
	if len(p.Exported) == 0 {
		p.Exported = append(p.Exported, contract.ExportedPart{Part: all[0].name})
	}
	for {
		n := len(p.Exported)
		more, err := all[n-1].page(j, ctx, &p)
		if err != nil {
			return contract.TenantDataResult{}, err
		}
		if !more {
			if n == len(all) {
				break
			}
			p.Exported = append(p.Exported, contract.ExportedPart{Part: all[n].name})
		}
		if j.spent() {
			return contract.TenantDataResult{Progress: p}, nil
		}
	}
	if err := j.writeManifest(ctx, p.Exported); err != nil {
		return contract.TenantDataResult{}, err
	}
	// Nobody needs any more how far the export was.
	return contract.TenantDataResult{Done: true, Progress: contract.TenantDataProgress{Found: p.Found}}, nil
}

// follows checks that an export goes on where one can be.
func follows(exported []contract.ExportedPart, all []part) error {
	for n, e := range exported {
		if n >= len(all) || e.Part != all[n].name || e.Objects < 0 || e.Count < 0 {
			return &steps.PayloadError{Problem: "its progress is none"}
		}
	}
	return nil
}

// exportItems writes the next object with items of a kind.
func (j *job) exportItems(ctx context.Context, kind contract.ExportKind, p *contract.TenantDataProgress) (bool, error) {
	items, err := store.NewItems(j.scope, kind.Table, j.tables[kind.Table.Name], j.now)
	if err != nil {
		return false, err
	}
	found, next, err := items.Page(ctx, kind.Begins, p.After, j.pages.items)
	if err != nil {
		return false, err
	}
	var lines bytes.Buffer
	for _, item := range found {
		if err := writeItem(&lines, item, kind.Omit); err != nil {
			return false, err
		}
	}
	if err := j.writePart(ctx, p, lines.Bytes(), len(found)); err != nil {
		return false, err
	}
	p.After = next
	return next != "", nil
}

// writePart writes the next object of the part at work, and counts it.
func (j *job) writePart(ctx context.Context, p *contract.TenantDataProgress, lines []byte, count int) error {
	if count == 0 {
		return nil
	}
	at := &p.Exported[len(p.Exported)-1]
	key := contract.ExportObjectKey(at.Part, at.Objects+1)
	if err := j.write(ctx, key, lines, "application/jsonl"); err != nil {
		return err
	}
	at.Objects++
	at.Count += count
	if at.Objects == 1 {
		at.First = key
	}
	at.Last = key
	return nil
}

// below is the prefix of the export's objects.
func (j *job) below() string { return contract.ExportKey(j.scope.Tenant(), j.in.Operation) }

// write writes an object of the export.
func (j *job) write(ctx context.Context, name string, body []byte, contentType string) error {
	client, err := j.scope.S3()
	if err != nil {
		return err
	}
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(j.bucket), Key: aws.String(j.below() + name), Body: bytes.NewReader(body), ContentType: aws.String(contentType),
	}); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}
