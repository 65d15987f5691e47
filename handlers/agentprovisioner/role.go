package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/flowops/flowops/contract"
)

// roleTags are the tags of the tenant's role: its policy refers to the last two.
func (j *job) roleTags() []iamtypes.Tag {
	all := j.tags()
	all[contract.RuntimeTag] = j.runtimeName()
	var tags []iamtypes.Tag
	for _, name := range slices.Sorted(maps.Keys(all)) {
		tags = append(tags, iamtypes.Tag{Key: aws.String(name), Value: aws.String(all[name])})
	}
	return tags
}

// ensureRole gives the tenant's agent its role, always with the boundary, and
// the definition's permissions. A role of that name that was made otherwise is
// left as it is, and is an error.
func (j *job) ensureRole(ctx context.Context) error {
	role, err := j.findRole(ctx)
	if err != nil {
		return err
	}
	if role == nil {
		out, err := j.aws.roles.CreateRole(ctx, &iam.CreateRoleInput{
			RoleName: aws.String(j.roleName()), Path: aws.String(j.definition.Role.Path), PermissionsBoundary: aws.String(j.settings.boundaryARN),
			AssumeRolePolicyDocument: aws.String(string(j.definition.Role.Trust)), Tags: j.roleTags(),
			Description: aws.String("The agent of the tenant " + j.tenant),
		})
		var exists *iamtypes.EntityAlreadyExistsException
		switch {
		case errors.As(err, &exists): // an answer was lost
			if role, err = j.findRole(ctx); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("make the role: %w", err)
		default:
			role = out.Role
		}
	}
	if wrong := j.wrongRole(role); len(wrong) > 0 {
		return fmt.Errorf("the role %s is not as the provisioner makes it: %s", j.roleName(), wrong[0].What)
	}
	if _, err := j.aws.roles.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(j.roleName()), PolicyName: aws.String(policyName), PolicyDocument: aws.String(string(j.definition.Role.Policy)),
	}); err != nil {
		return fmt.Errorf("give the role its policy: %w", err)
	}
	return nil
}

// findRole is the tenant's role; nil where there is none.
func (j *job) findRole(ctx context.Context) (*iamtypes.Role, error) {
	out, err := j.aws.roles.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(j.roleName())})
	var none *iamtypes.NoSuchEntityException
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the role: %w", err)
	}
	return out.Role, nil
}

// wrongRole is what keeps a role from being the tenant's.
func (j *job) wrongRole(role *iamtypes.Role) []contract.Drift {
	if role == nil {
		return []contract.Drift{{What: "role", Want: j.roleARN(), Found: missing}}
	}
	var drift drifts
	drift.compare("role.arn", j.roleARN(), aws.ToString(role.Arn))
	boundary := ""
	if role.PermissionsBoundary != nil {
		boundary = aws.ToString(role.PermissionsBoundary.PermissionsBoundaryArn)
	}
	drift.compare("role.boundary", j.settings.boundaryARN, boundary)
	has := map[string]string{}
	for _, t := range role.Tags {
		has[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	drift.compare("role.tags."+contract.TenantTag, j.tenant, has[contract.TenantTag])
	drift.compare("role.tags."+contract.RuntimeTag, j.runtimeName(), has[contract.RuntimeTag])
	return drift
}

// removeRole removes the role with its policy.
func (j *job) removeRole(ctx context.Context) error {
	role, err := j.findRole(ctx)
	if err != nil || role == nil {
		return err
	}
	if err := j.found(ctx, "role "+j.roleName()); err != nil {
		return err
	}
	var none *iamtypes.NoSuchEntityException
	_, err = j.aws.roles.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(j.roleName()), PolicyName: aws.String(policyName)})
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("remove the role's policy: %w", err)
	}
	_, err = j.aws.roles.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String(j.roleName())})
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("remove the role: %w", err)
	}
	return nil
}
