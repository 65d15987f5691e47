package fakeaws

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
)

// Roles is IAM as the provisioner's policy has it: it makes no role without the
// boundary, below another path or without a tenant, and gives none a policy that
// lacks the boundary.
type Roles struct {
	C        *Cloud
	Account  string // "arn:aws:iam::111111111111"
	Boundary string
	Prefix   string // of the roles' names

	Roles    map[string]types.Role
	Policies map[string]map[string]string // by role and name
}

// NewRoles is IAM without a role.
func NewRoles(c *Cloud, account, boundary, prefix string) *Roles {
	return &Roles{C: c, Account: account, Boundary: boundary, Prefix: prefix, Roles: map[string]types.Role{}, Policies: map[string]map[string]string{}}
}

func (r *Roles) refuse(what string) error {
	r.C.denied = append(r.C.denied, what)
	return &smithy.GenericAPIError{Code: "AccessDenied", Message: what, Fault: smithy.FaultClient}
}

// reach is the resource of the policy's statements.
func (r *Roles) reach(operation, name string) error {
	if !strings.HasPrefix(name, r.Prefix) || name == r.Prefix {
		return r.refuse(fmt.Sprintf("%s on %q", operation, name))
	}
	return nil
}

// CreateRole makes a role.
func (r *Roles) CreateRole(_ context.Context, in *iam.CreateRoleInput, _ ...func(*iam.Options)) (*iam.CreateRoleOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	after, err := r.C.begin("CreateRole")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.RoleName)
	if err := r.reach("CreateRole", name); err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	if aws.ToString(in.PermissionsBoundary) != r.Boundary || aws.ToString(in.Path) != contract.TenantRolePath || len(tags[contract.TenantTag]) < 3 {
		return nil, r.refuse("CreateRole without boundary, path or tenant")
	}
	if len(name) > 64 {
		return nil, &smithy.GenericAPIError{Code: "ValidationError", Message: "the name is too long", Fault: smithy.FaultClient}
	}
	if _, ok := r.Roles[name]; ok {
		return nil, &types.EntityAlreadyExistsException{}
	}
	role := types.Role{
		RoleName: in.RoleName, Path: in.Path, Tags: in.Tags, Arn: aws.String(r.Account + ":role" + aws.ToString(in.Path) + name),
		AssumeRolePolicyDocument: aws.String(url.PathEscape(aws.ToString(in.AssumeRolePolicyDocument))),
		PermissionsBoundary:      &types.AttachedPermissionsBoundary{PermissionsBoundaryArn: in.PermissionsBoundary},
	}
	r.Roles[name] = role
	if after != nil {
		return nil, after
	}
	return &iam.CreateRoleOutput{Role: &role}, nil
}

// open begins a call on a role that is there.
func (r *Roles) open(operation, name string) (after error, err error) { //nolint:revive // two errors: of before and after
	if after, err = r.C.begin(operation); err != nil {
		return nil, err
	}
	if err := r.reach(operation, name); err != nil {
		return nil, err
	}
	role, ok := r.Roles[name]
	if !ok {
		return nil, &types.NoSuchEntityException{}
	}
	bounded := role.PermissionsBoundary != nil && aws.ToString(role.PermissionsBoundary.PermissionsBoundaryArn) == r.Boundary
	if strings.HasSuffix(operation, "RolePolicy") && operation != "GetRolePolicy" && !bounded {
		return nil, r.refuse(operation + " on a role without the boundary")
	}
	return after, nil
}

// GetRole reads a role.
func (r *Roles) GetRole(_ context.Context, in *iam.GetRoleInput, _ ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	after, err := r.open("GetRole", aws.ToString(in.RoleName))
	if err := first(err, after); err != nil {
		return nil, err
	}
	role := r.Roles[aws.ToString(in.RoleName)]
	return &iam.GetRoleOutput{Role: &role}, nil
}

// GetRolePolicy reads an inline policy.
func (r *Roles) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	after, err := r.open("GetRolePolicy", aws.ToString(in.RoleName))
	if err := first(err, after); err != nil {
		return nil, err
	}
	policy, ok := r.Policies[aws.ToString(in.RoleName)][aws.ToString(in.PolicyName)]
	if !ok {
		return nil, &types.NoSuchEntityException{}
	}
	return &iam.GetRolePolicyOutput{PolicyDocument: aws.String(url.PathEscape(policy))}, nil
}

// PutRolePolicy writes an inline policy.
func (r *Roles) PutRolePolicy(_ context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	name := aws.ToString(in.RoleName)
	after, err := r.open("PutRolePolicy", name)
	if err != nil {
		return nil, err
	}
	if r.Policies[name] == nil {
		r.Policies[name] = map[string]string{}
	}
	r.Policies[name][aws.ToString(in.PolicyName)] = aws.ToString(in.PolicyDocument)
	return &iam.PutRolePolicyOutput{}, after
}

// DeleteRolePolicy removes an inline policy.
func (r *Roles) DeleteRolePolicy(_ context.Context, in *iam.DeleteRolePolicyInput, _ ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	name := aws.ToString(in.RoleName)
	after, err := r.open("DeleteRolePolicy", name)
	if err != nil {
		return nil, err
	}
	if _, ok := r.Policies[name][aws.ToString(in.PolicyName)]; !ok {
		return nil, &types.NoSuchEntityException{}
	}
	delete(r.Policies[name], aws.ToString(in.PolicyName))
	return &iam.DeleteRolePolicyOutput{}, after
}

// DeleteRole removes a role without policies.
func (r *Roles) DeleteRole(_ context.Context, in *iam.DeleteRoleInput, _ ...func(*iam.Options)) (*iam.DeleteRoleOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	name := aws.ToString(in.RoleName)
	after, err := r.open("DeleteRole", name)
	if err != nil {
		return nil, err
	}
	if len(r.Policies[name]) > 0 {
		return nil, &types.DeleteConflictException{}
	}
	delete(r.Roles, name)
	return &iam.DeleteRoleOutput{}, after
}
