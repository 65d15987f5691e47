package contract

// VectorIndex is the pooled index of all tenants' vectors.
const VectorIndex = "flowops-vectors"

// TenantAliasPrefix begins the name of a tenant's filtered, routed alias; the
// tenant's id follows.
const TenantAliasPrefix = VectorIndex + "-"

// TenantAlias is the alias through which a tenant reaches the index.
func TenantAlias(tenant string) string { return TenantAliasPrefix + tenant }

// Security roles inside the search domain, made by search-admin.
const (
	SearchRoleReader = "flowops_vectors_reader"
	SearchRoleWriter = "flowops_vectors_writer"
)
