package validation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

func iamTenant() Rule {
	return Rule{
		ID:       "FO-IAM-004",
		Title:    "Tenant data is reached only with the tenant's tag",
		Why:      "Without the tag in the policy, isolation rests on the code alone: one forgotten filter shows a tenant another's tickets.",
		Fix:      "Scope items by dynamodb:LeadingKeys, objects by the key tenants/<tag>/* and s3:prefix, search by the path of the tenant's alias, each with ${aws:PrincipalTag/TenantId}; allow no Scan. Suppress by the statement's Sid what has to see all tenants.",
		Severity: Error,
		Types:    identityPolicyTypes(),
		Check: func(_ *Context, r Resource) []Result {
			return eachAllow(r, func(s statement) (Verdict, string) {
				for _, judge := range []func(statement) string{tenantItems, tenantObjects, tenantSearch} {
					if reason := judge(s); reason != "" {
						return NonCompliant, reason
					}
				}
				return Compliant, ""
			})
		},
	}
}

// tenantVariable is the policy variable that holds the caller's tenant. The
// form with a default value is not accepted: it gives the untagged a tenant.
const tenantVariable = "${aws:PrincipalTag/" + contract.TenantTag + "}"

// hasTenant reports whether a text of a policy holds the caller's tenant.
func hasTenant(text string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(tenantVariable))
}

// allTenant reports whether there are texts and each holds the tenant.
func allTenant(texts []string) bool {
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(text string) bool { return !hasTenant(text) })
}

// tenantCondition reports whether a condition demands the caller's tenant.
func tenantCondition(s statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c condition) bool { return narrows(c.Operator) && allTenant(c.Values) })
}

// Actions on items. Leading keys can't scope the second list.
func itemActions() []string {
	return []string{
		"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem",
		"dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
		"dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete",
	}
}

func tableActions() []string {
	return []string{"dynamodb:Scan", "dynamodb:GetRecords", "dynamodb:ExportTableToPointInTime"}
}

func tenantItems(s statement) string {
	if all := s.allows(tableActions()...); len(all) > 0 {
		return fmt.Sprintf("allows %s, which leading keys can't scope", strings.Join(all, ", "))
	}
	items := s.allows(itemActions()...)
	if len(items) == 0 {
		return ""
	}
	values, _ := s.find("dynamodb:LeadingKeys", func(operator string) bool {
		return narrows(strings.TrimPrefix(operator, "ForAllValues:"))
	})
	if allTenant(values) {
		return ""
	}
	return fmt.Sprintf("allows %s without dynamodb:LeadingKeys of %s", strings.Join(items, ", "), tenantVariable)
}

func objectActions() []string {
	return []string{
		"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging",
		"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:RestoreObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
	}
}

func listActions() []string {
	return []string{"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}
}

func tenantObjects(s statement) string {
	objects, lists := s.allows(objectActions()...), s.allows(listActions()...)
	if tenantCondition(s) {
		return ""
	}
	for _, resource := range s.Resources {
		if !holdsDocuments(resource) || hasTenant(resource) {
			continue
		}
		name := unreferenced(resource)
		if len(objects) > 0 && strings.ContainsAny(name, "/*?") {
			return fmt.Sprintf("allows %s on %s without %s", strings.Join(objects, ", "), resource, tenantVariable)
		}
		if len(lists) > 0 && !strings.Contains(name, "/") {
			return fmt.Sprintf("allows %s on %s without s3:prefix of %s", strings.Join(lists, ", "), resource, tenantVariable)
		}
	}
	return ""
}

// holdsDocuments reports whether a resource is, or covers, the documents
// bucket. A name tells: the bucket, its construct and its output are all called
// documents.
func holdsDocuments(resource string) bool {
	_, bucket, isARN := strings.Cut(resource, ":::")
	return onlyWildcards(resource) || isARN && onlyWildcards(strings.Split(bucket, "/")[0]) ||
		strings.Contains(strings.ToLower(resource), "document") || strings.Contains(resource, contract.TenantPrefix)
}

func searchActions() []string {
	return []string{
		"es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete", "aoss:APIAccessAll",
	}
}

func tenantSearch(s statement) string {
	found := s.allows(searchActions()...)
	if len(found) == 0 || allTenant(s.Resources) || tenantCondition(s) {
		return ""
	}
	return fmt.Sprintf("allows %s on a path without %s", strings.Join(found, ", "), tenantVariable)
}
