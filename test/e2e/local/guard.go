package local

import (
	"slices"
	"strings"

	"github.com/flowops/flowops/contract"
)

// MiniStack knows neither dynamodb:LeadingKeys nor policy variables, so it can't
// judge the tenant access roles. This judges as they do: a session reaches items
// and objects of the tenant in its tag, and what carries no tag reaches none.

// refused says why a function's call must not be carried out; empty where it
// may.
func refused(c Call) string {
	if c.Function == "" {
		return ""
	}
	for _, a := range c.Actions {
		switch {
		case strings.HasPrefix(a.Name, "dynamodb:"):
			keys := a.Condition["dynamodb:LeadingKeys"]
			if c.Tenant == "" || len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return !ownKey(c.Tenant, k) }) {
				return a.Name + " beyond the tenant"
			}
		case a.Name == "bedrock-agentcore:InvokeAgentRuntime":
			// Runtimes carry their tenant's tag, and its name.
			if c.Tenant == "" || !strings.Contains(a.Resource, ":runtime/"+contract.RuntimeName("flowops_dev_", c.Tenant)+"-") {
				return a.Name + " beyond the tenant"
			}
		case a.Name == "s3:ListBucket" || a.Name == "s3:ListBucketVersions":
			if c.Tenant == "" || !ownObject(c.Tenant, a.Condition["s3:prefix"][0]) {
				return a.Name + " beyond the tenant"
			}
		case strings.HasPrefix(a.Name, "s3:"):
			_, key, _ := strings.Cut(a.Resource, "/")
			tenants := strings.HasPrefix(key, contract.TenantPrefix) || strings.HasPrefix(key, contract.ExportPrefix)
			if tenants && (c.Tenant == "" || !ownObject(c.Tenant, key) && !ownExport(c.Tenant, a.Name, key)) {
				return a.Name + " beyond the tenant"
			}
		}
	}
	return ""
}

func ownKey(tenant, key string) bool {
	own := "TENANT#" + tenant
	return key == own || strings.HasPrefix(key, own+"#")
}

// ownExport: exports are written and read, never deleted.
func ownExport(tenant, action, key string) bool {
	return strings.HasPrefix(key, contract.ExportPrefix+tenant+"/") && (action == "s3:GetObject" || action == "s3:PutObject")
}

func ownObject(tenant, key string) bool {
	return strings.HasPrefix(key, contract.TenantPrefix+tenant+"/")
}
