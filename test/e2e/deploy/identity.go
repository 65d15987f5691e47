package deploy

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func path(r resource) *string {
	if p := r.text("path"); p != "" {
		return aws.String(p)
	}
	return nil
}

func makeRole(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &iam.CreateRoleInput{RoleName: aws.String(r.text("name")), AssumeRolePolicyDocument: aws.String(r.text("assume_role_policy")), Path: path(r)}
	if boundary := r.text("permissions_boundary"); boundary != "" {
		in.PermissionsBoundary = aws.String(boundary)
	}
	out, err := d.clients.iam.CreateRole(ctx, in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": r.text("name"), "arn": *out.Role.Arn, "unique_id": *out.Role.RoleId}, nil
}

func makeRolePolicy(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(r.text("role")), PolicyName: aws.String(r.text("name")), PolicyDocument: aws.String(r.text("policy")),
	})
	return map[string]any{"id": r.text("role") + ":" + r.text("name")}, err
}

func makePolicy(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	out, err := d.clients.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(r.text("name")), PolicyDocument: aws.String(r.text("policy")), Path: path(r)})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.Policy.Arn, "arn": *out.Policy.Arn}, nil
}

func makeUserPool(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String(r.text("name"))}
	for _, name := range r.texts("username_attributes") {
		in.UsernameAttributes = append(in.UsernameAttributes, cognitotypes.UsernameAttributeType(name))
	}
	for _, s := range r.blocks("schema") {
		in.Schema = append(in.Schema, cognitotypes.SchemaAttributeType{
			Name: aws.String(s.text("name")), AttributeDataType: cognitotypes.AttributeDataType(s.text("attribute_data_type")),
			Mutable: aws.Bool(s.flag("mutable")), Required: aws.Bool(s.flag("required")),
			StringAttributeConstraints: &cognitotypes.StringAttributeConstraintsType{
				MinLength: aws.String(s.text("string_attribute_constraints", "min_length")), MaxLength: aws.String(s.text("string_attribute_constraints", "max_length")),
			},
		})
	}
	out, err := d.clients.cognito.CreateUserPool(ctx, in)
	if err != nil {
		return nil, err
	}
	id := *out.UserPool.Id
	return map[string]any{"id": id, "arn": aws.ToString(out.UserPool.Arn), "endpoint": "cognito-idp." + d.options.Config.Region + ".amazonaws.com/" + id}, nil
}

func makeUserPoolClient(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	in := &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: aws.String(r.text("user_pool_id")), ClientName: aws.String(r.text("name")), GenerateSecret: r.flag("generate_secret"),
		ReadAttributes: r.texts("read_attributes"), WriteAttributes: r.texts("write_attributes"),
	}
	for _, flow := range r.texts("explicit_auth_flows") {
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, cognitotypes.ExplicitAuthFlowsType(flow))
	}
	out, err := d.clients.cognito.CreateUserPoolClient(ctx, in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": *out.UserPoolClient.ClientId}, nil
}

func makeUserGroup(ctx context.Context, d *Deployment, r resource) (map[string]any, error) {
	_, err := d.clients.cognito.CreateGroup(ctx, &cognitoidentityprovider.CreateGroupInput{
		UserPoolId: aws.String(r.text("user_pool_id")), GroupName: aws.String(r.text("name")), Precedence: aws.Int32(r.number("precedence")),
	})
	return nil, err
}
