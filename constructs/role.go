package constructs

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
)

// RoleProps is who may take a role and what it may do.
type RoleProps struct {
	Name        string // 64 characters at most
	Description string
	Trust       []Statement
	Permissions []Statement // one inline policy; none for a role that gets its permissions elsewhere
	// MaxSessionSeconds is 3600 unless given, to 43200.
	MaxSessionSeconds int
}

// Role is an IAM role with one inline policy.
type Role struct {
	constructs.Construct
	Resource iamrole.IamRole
	Policy   iamrolepolicy.IamRolePolicy // nil without permissions
}

// NewRole makes a role.
func NewRole(scope constructs.Construct, id string, props RoleProps) Role {
	require(props.Name != "" && len(props.Name) <= 64, scope, id, "a role's name has 1 to 64 characters, not %q", props.Name)
	require(len(props.Trust) > 0, scope, id, "a role needs a trust policy")
	r := Role{Construct: group(scope, id)}
	config := &iamrole.IamRoleConfig{
		Name: jsii.String(props.Name), Description: jsii.String(props.Description),
		AssumeRolePolicy: jsii.String(Document(props.Trust...)),
	}
	if props.MaxSessionSeconds > 0 {
		config.MaxSessionDuration = jsii.Number(props.MaxSessionSeconds)
	}
	r.Resource = iamrole.NewIamRole(r.Construct, jsii.String("role"), config)
	if len(props.Permissions) > 0 {
		r.Policy = iamrolepolicy.NewIamRolePolicy(r.Construct, jsii.String("policy"), &iamrolepolicy.IamRolePolicyConfig{
			Name: jsii.String("permissions"), Role: r.Resource.Id(), Policy: jsii.String(Document(props.Permissions...)),
		})
	}
	return r
}

// ServiceTrust lets a service of this account take a role; the account
// condition keeps the service from being talked into it by another account.
func ServiceTrust(service, account string) Statement {
	return Statement{Effect: "Allow", Actions: []string{"sts:AssumeRole"}}.To("Service", service).If("StringEquals", "aws:SourceAccount", account)
}
