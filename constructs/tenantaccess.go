package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/flowops/flowops/contract"
)

// TenantAccessProps is a function's access to tenant data.
type TenantAccessProps struct {
	Name            string
	FunctionRoleARN string // the one role that may take it
	Permissions     []Statement
}

// NewTenantAccess makes the role through which one function reaches one
// tenant's data at a time: its permissions are scoped by the session tag, and
// nobody gets it without the tag.
func NewTenantAccess(scope constructs.Construct, id string, props TenantAccessProps) Role {
	require(props.FunctionRoleARN != "", scope, id, "a tenant access role needs the role that may take it")
	require(len(props.Permissions) > 0, scope, id, "a tenant access role needs permissions")
	return NewRole(scope, id, RoleProps{
		Name: props.Name, Description: "Tenant data, one tenant a session",
		Trust: []Statement{TenantTrust(props.FunctionRoleARN)}, Permissions: props.Permissions,
	})
}

// TenantTrust lets one role take a tenant access role, with the tenant's tag,
// no other tag, and the tag transitive, so that it survives further roles. A
// tag may hold "/", a tenant id may not: with one, it would reach into another
// tenant's object prefix.
func TenantTrust(roleARN string) Statement {
	return RequireTenantTag(Statement{Sid: "Function", Effect: "Allow", Actions: []string{"sts:AssumeRole", "sts:TagSession"}}.To("AWS", roleARN)).
		If("ForAnyValue:StringEquals", "sts:TransitiveTagKeys", contract.TenantTag)
}

// RequireTenantTag adds to a trust statement that the session has the tenant's
// tag and no other.
func RequireTenantTag(s Statement) Statement {
	tag := "aws:RequestTag/" + contract.TenantTag
	return s.If("StringLike", tag, "???*").
		If("StringNotLike", tag, "*/*", "*:*").
		If("ForAllValues:StringEquals", "aws:TagKeys", contract.TenantTag)
}
