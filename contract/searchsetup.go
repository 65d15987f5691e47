package contract

import "encoding/json"

// SearchRequest is an invocation of search-admin: exactly one of its fields is
// set.
type SearchRequest struct {
	Setup  *SearchSetup  `json:"setup,omitempty"`  // at a deploy whose inputs changed
	Tenant *SearchTenant `json:"tenant,omitempty"` // when a tenant comes or goes
}

// SearchSetup is what must be in the search domain. Making it again changes
// nothing.
type SearchSetup struct {
	Index    string          `json:"index"`
	Template json.RawMessage `json:"template"` // index template, of Index alone
	Roles    []SearchRole    `json:"roles"`
}

// SearchRole is a security role inside the domain and the IAM roles that get
// it at the least: those of tenants' agents are added by SearchTenant and stay.
type SearchRole struct {
	Name           string   `json:"name"`
	ClusterActions []string `json:"clusterActions"`
	IndexPatterns  []string `json:"indexPatterns"`
	IndexActions   []string `json:"indexActions"`
	BackendRoles   []string `json:"backendRoles"`
}

// SearchTenant adds a tenant to the domain, or removes it with its vectors: its
// filtered and routed alias, and the mapping of its agent's role to
// SearchRoleReader.
type SearchTenant struct {
	TenantID string `json:"tenantId"`
	RoleARN  string `json:"roleArn"` // of the tenant's agent
	Remove   bool   `json:"remove"`
}

// SearchReport is the answer of search-admin: what it changed, in words, in
// order. The same request again changes nothing.
//
// Its errors have the name ErrorTransient where the same request may succeed
// later. It then goes on where it was broken off.
type SearchReport struct {
	Changed        []string `json:"changed"`
	DeletedVectors int      `json:"deletedVectors"` // of a tenant that was removed
}
