package contract

import "regexp"

// TenantClaim is the ID-token claim that carries the tenant id. It is
// immutable, set by an operator, and writable by no client.
const TenantClaim = "custom:tenant_id"

// GroupsClaim is the claim that lists a person's groups, of which Roles mean
// something here.
const GroupsClaim = "cognito:groups"

// TenantAttribute is the user pool's schema name of TenantClaim, which Cognito
// prefixes with "custom:".
const TenantAttribute = "tenant_id"

// TenantTag is the session tag (and so the principal tag) that scopes
// credentials to one tenant.
const TenantTag = "TenantId"

// TenantIDPattern is what a tenant id looks like: 3 to 32 characters that hold
// neither "#", "/" nor "*", so that an id can't escape the key, the object
// prefix or the policy pattern that it stands in.
const TenantIDPattern = `^[a-z0-9](?:[a-z0-9-]{1,30}[a-z0-9])$`

var tenantID = regexp.MustCompile(TenantIDPattern)

// ValidTenantID reports whether id is a tenant id.
func ValidTenantID(id string) bool { return tenantID.MatchString(id) }

// TenantRolePath is the IAM path under which the provisioner makes the roles
// of tenants' agents, and the only one it may touch.
const TenantRolePath = "/flowops/tenants/"

// Role is a group of the user pool.
type Role string

// The groups of the user pool.
const (
	RoleAdmin    Role = "admin"    // a tenant's administrator
	RoleAgent    Role = "agent"    // a tenant's support agent
	RoleOperator Role = "operator" // FlowOps staff, who onboard tenants
)

// Roles are all groups, in the order of their precedence in a token.
var Roles = []Role{RoleOperator, RoleAdmin, RoleAgent}
