package constructs

import "github.com/flowops/flowops/contract"

// tenantTag stands for the tenant of the calling principal.
var tenantTag = IAMVariable("aws:PrincipalTag/" + contract.TenantTag)

// itemActions are the DynamoDB actions that name items by their leading key.
// Scan is not among them: it ignores leading keys.
var itemActions = map[string]bool{
	"dynamodb:BatchGetItem": true, "dynamodb:BatchWriteItem": true, "dynamodb:ConditionCheckItem": true, "dynamodb:DeleteItem": true,
	"dynamodb:GetItem": true, "dynamodb:PutItem": true, "dynamodb:Query": true, "dynamodb:UpdateItem": true,
}

// AppendItems are the actions on a table whose items are never changed: the
// caller adds them with a condition that they do not exist.
var AppendItems = []string{"dynamodb:PutItem", "dynamodb:Query"}

// TenantItems allows actions on the tenant's items of a table and its indexes.
// ForAllValues alone is true for a request without leading keys, so those are
// refused by the Null condition.
func TenantItems(sid, tableARN string, actions ...string) Statement {
	for _, a := range actions {
		if !itemActions[a] {
			panic(&UsageError{Path: sid, Message: a + " does not name items by their leading key"})
		}
	}
	own := "TENANT#" + tenantTag
	return Allow(sid, actions, []string{tableARN, tableARN + "/index/*"}).
		If("ForAllValues:StringLike", "dynamodb:LeadingKeys", own, own+"#*").
		If("Null", "dynamodb:LeadingKeys", "false")
}

// TenantObjects allows actions on the tenant's objects below a prefix of its
// own prefix ("documents/"; empty for all of them).
func TenantObjects(sid, bucketARN, prefix string, actions ...string) Statement {
	return Allow(sid, actions, []string{bucketARN + "/" + contract.TenantPrefix + tenantTag + "/" + prefix + "*"})
}

// TenantObjectVersions allows listing the versions of the tenant's objects and
// of no others.
func TenantObjectVersions(sid, bucketARN string) Statement {
	return Allow(sid, []string{"s3:ListBucketVersions"}, []string{bucketARN}).
		If("StringLike", "s3:prefix", contract.TenantPrefix+tenantTag+"/*")
}

// TenantExports allows actions on what was exported of the tenant's data.
func TenantExports(sid, bucketARN string, actions ...string) Statement {
	return Allow(sid, actions, []string{bucketARN + "/" + contract.ExportPrefix + tenantTag + "/*"})
}

// TenantSearch allows actions on operations ("_search") of the tenant's alias
// of the vector index. Each operation is named: below "alias/*" a path could
// climb out again ("alias/../another/_search"), and the alias itself be changed.
func TenantSearch(sid, domainARN string, operations []string, actions ...string) Statement {
	var paths []string
	for _, o := range operations {
		paths = append(paths, domainARN+"/"+contract.TenantAlias(tenantTag)+"/"+o)
	}
	return Allow(sid, actions, paths)
}

// TenantResources allows actions on resources that carry the tenant's tag.
func TenantResources(sid string, resources []string, actions ...string) Statement {
	return Allow(sid, actions, resources).If("StringEquals", "aws:ResourceTag/"+contract.TenantTag, tenantTag)
}

// UseKey allows the key's use through the named services of the region (as in
// "dynamodb"), and directly not at all.
func UseKey(sid, keyARN, region string, services ...string) Statement {
	via := make([]string, len(services))
	for i, s := range services {
		via[i] = s + "." + region + ".amazonaws.com"
	}
	return Allow(sid, []string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{keyARN}).If("StringEquals", "kms:ViaService", via...)
}
