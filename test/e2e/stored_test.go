package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/flowops/flowops/contract"
)

// What is stored of a tenant, read with the account's own credentials.

// items are a tenant's items of a table, by sort key.
func (h harness) items(table contract.Table, tenant string) map[string]map[string]any {
	h.t.Helper()
	pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(h.AWS), &dynamodb.QueryInput{
		TableName: aws.String(h.Config.Name(table.Name)), KeyConditionExpression: aws.String("PK = :tenant"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]dynamotypes.AttributeValue{":tenant": &dynamotypes.AttributeValueMemberS{Value: "TENANT#" + tenant}},
	})
	all := map[string]map[string]any{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		for _, item := range page.Items {
			var plain map[string]any
			if err := attributevalue.UnmarshalMap(item, &plain); err != nil {
				h.t.Fatal(err)
			}
			all[plain["SK"].(string)] = plain
		}
	}
	return all
}

func (h harness) documents() *string { return aws.String(h.Config.BucketName("documents")) }

func (h harness) s3() *s3.Client {
	return s3.NewFromConfig(h.AWS, func(o *s3.Options) { o.UsePathStyle = true })
}

// versions are the contents of all versions of the objects below a prefix, by key
// and version; marks of deletion are empty.
func (h harness) versions(prefix string) map[string]string {
	h.t.Helper()
	all := map[string]string{}
	pages := s3.NewListObjectVersionsPaginator(h.s3(), &s3.ListObjectVersionsInput{Bucket: h.documents(), Prefix: aws.String(prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		for _, m := range page.DeleteMarkers {
			all[*m.Key+" "+*m.VersionId] = ""
		}
		for _, v := range page.Versions {
			all[*v.Key+" "+*v.VersionId] = string(h.object(*v.Key, v.VersionId))
		}
	}
	return all
}

func (h harness) object(key string, version *string) []byte {
	h.t.Helper()
	out, err := h.s3().GetObject(h.t.Context(), &s3.GetObjectInput{Bucket: h.documents(), Key: aws.String(key), VersionId: version})
	if err != nil {
		h.t.Fatalf("read %s: %v", key, err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return text
}

// held are the tables and prefixes that hold something of a tenant, of those that
// an offboarding erases.
func (h harness) held(tenant string) (where []string) {
	for _, table := range contract.Tables() {
		if table.Name != contract.Audit.Name && len(h.items(table, tenant)) > 0 {
			where = append(where, table.Name)
		}
	}
	if len(h.versions(contract.TenantPrefix+tenant+"/")) > 0 {
		where = append(where, contract.TenantPrefix)
	}
	return where
}

// report is that of a tenant's last offboarding, in the audit table, and the
// operation's id.
func (h harness) report(tenant string) (contract.RemovalReport, string) {
	h.t.Helper()
	var report contract.RemovalReport
	operation := ""
	for _, item := range h.items(contract.Audit, tenant) {
		if id := item["actionId"].(string); item["type"] == contract.OffboardTenant && id > operation {
			operation = id
			report = contract.RemovalReport{}
			if err := json.Unmarshal([]byte(item["report"].(string)), &report); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	return report, operation
}

// export is what an export holds: by part, its lines; of the documents their
// contents too, by key and version.
func (h harness) export(tenant, operation string) (contract.ExportManifest, map[string][]map[string]any, map[string]string) {
	h.t.Helper()
	below := contract.ExportKey(tenant, operation)
	var manifest contract.ExportManifest
	if err := json.Unmarshal(h.object(below+contract.ExportManifestName, nil), &manifest); err != nil {
		h.t.Fatal(err)
	}
	parts, contents := map[string][]map[string]any{}, map[string]string{}
	for _, part := range manifest.Parts {
		for n := range part.Objects {
			lines := bufio.NewScanner(bytes.NewReader(h.object(below+contract.ExportObjectKey(part.Part, n+1), nil)))
			for lines.Scan() {
				var line map[string]any
				if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
					h.t.Fatal(err)
				}
				parts[part.Part] = append(parts[part.Part], line)
				if part.Part == contract.ExportDocuments {
					contents[line["key"].(string)+" "+line["versionId"].(string)] = string(h.object(below+line["content"].(string), nil))
				}
			}
			if err := lines.Err(); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	return manifest, parts, contents
}

// exportable is what an export made now would hold, by part, by sort key.
func (h harness) exportable(tenant string) map[string]map[string]map[string]any {
	all := map[string]map[string]map[string]any{}
	for _, kind := range contract.ExportKinds() {
		if kind.Part == "" {
			continue
		}
		all[kind.Part] = map[string]map[string]any{}
		for key, item := range h.items(kind.Table, tenant) {
			if strings.HasPrefix(key, kind.Begins) {
				for _, name := range kind.Omit {
					delete(item, name)
				}
				all[kind.Part][key] = item
			}
		}
	}
	return all
}
