package isolation

import (
	"strings"

	"github.com/flowops/flowops/contract"
)

// Actions on objects.
var objectActions = []string{
	"AbortMultipartUpload", "DeleteObject", "DeleteObjectTagging", "DeleteObjectVersion", "GetObject", "GetObjectAcl", "GetObjectAttributes", "GetObjectTagging",
	"GetObjectVersion", "ListMultipartUploadParts", "PutObject", "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging", "RestoreObject",
}

// Actions that list objects, with a prefix.
var listActions = []string{"ListBucket", "ListBucketVersions"}

// Actions on the bucket itself that open or lose what is in it.
var bucketActions = []string{
	"DeleteBucket", "DeleteBucketPolicy", "ListBucketMultipartUploads", "PutBucketAcl", "PutBucketCORS", "PutBucketLogging", "PutBucketNotification",
	"PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketVersioning", "PutEncryptionConfiguration",
	"PutInventoryConfiguration", "PutLifecycleConfiguration", "PutReplicationConfiguration",
}

func (a *account) documents() string { return a.cfg.BucketARN(a.cfg.BucketName("documents")) }

func (a *account) objectCells() []cell {
	var cells []cell
	bucket := a.documents()
	for _, action := range objectActions {
		for _, kind := range []string{contract.DocumentsPrefix, contract.WorkPrefix, "other/"} {
			cells = append(cells, perTenant("documents", "s3:"+action, func(tenant string) (string, map[string][]string) {
				return bucket + "/" + contract.TenantPrefix + tenant + "/" + kind + "d1", nil
			})...)
			cells = append(cells, tried(emptyTag, "documents", "s3:"+action, bucket+"/"+contract.TenantPrefix+"/"+kind+"d1").tagged(""))
		}
		for _, key := range []string{
			"d1", own + "/documents/d1", "documents/d1", "tenants/d1", "tenants/" + own, "tenants//documents/d1", "Tenants/" + own + "/documents/d1",
			"tenants/" + strings.ToUpper(own) + "/documents/d1", "tenants/" + other + "/tenants/" + own + "/documents/d1",
		} {
			cells = append(cells, tried(malformed, "documents", "s3:"+action, bucket+"/"+key))
		}
	}
	cells = append(cells, a.exportCells()...)
	for _, action := range bucketActions {
		cells = append(cells, a.whole("documents", "s3:"+action, bucket))
	}
	return cells
}

// exportCells are the actions on objects on what was exported of tenants.
func (a *account) exportCells() []cell {
	var cells []cell
	below := a.documents() + "/" + contract.ExportPrefix
	for _, action := range objectActions {
		cells = append(cells, perTenant("documents", "s3:"+action, func(tenant string) (string, map[string][]string) {
			return below + tenant + "/d1", nil
		})...)
		cells = append(cells, tried(emptyTag, "documents", "s3:"+action, below+"/d1").tagged(""))
		for _, key := range []string{"d1", own, own + "x/d1", strings.ToUpper(own) + "/d1", other + "/" + own + "/d1", "tenants/" + own + "/d1"} {
			cells = append(cells, tried(malformed, "documents", "s3:"+action, below+key))
		}
	}
	return cells
}

func (a *account) listCells() []cell {
	var cells []cell
	bucket := a.documents()
	prefix := func(p string) map[string][]string { return map[string][]string{"s3:prefix": {p}} }
	for _, name := range listActions {
		action := "s3:" + name
		for _, below := range []string{"/", "/" + contract.DocumentsPrefix, "/" + contract.DocumentsPrefix + "d1", "/" + contract.WorkPrefix} {
			cells = append(cells, perTenant("documents", action, func(tenant string) (string, map[string][]string) {
				return bucket, prefix(contract.TenantPrefix + tenant + below)
			})...)
		}
		cells = append(cells, perTenant("exports", action, func(tenant string) (string, map[string][]string) {
			return bucket, prefix(contract.ExportPrefix + tenant + "/")
		})...)
		cells = append(cells, tried(emptyTag, "documents", action, bucket).tagged("").with(prefix("tenants//")),
			cell{column: noKey, store: "documents", action: action, resource: bucket, tag: text(own)}, tried(noKey, "documents", action, bucket).with(prefix("")))
		// Shorter than the tenant's own: each lists others' too.
		for _, p := range []string{"t", "tenants", "tenants/", "tenants/" + own[:2], "tenants/" + own, own + "/", "tenants/" + strings.ToUpper(own) + "/"} {
			cells = append(cells, tried(malformed, "documents", action, bucket).with(prefix(p)))
		}
	}
	return cells
}
