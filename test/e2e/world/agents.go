package world

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/test/e2e/local"
	"github.com/flowops/flowops/test/searchtest"
)

// StartAgent runs a tenant's agent as AgentCore does: the bundle, with the
// tenant's environment, and the credentials of the tenant's role.
func (w *World) StartAgent(ctx context.Context, tenant string) error {
	name := w.Config.Name("tenant-" + tenant)
	if _, err := iam.NewFromConfig(w.AWS).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String(name), Path: aws.String(contract.TenantRolePath), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	}); err != nil {
		return err
	}
	role := w.TenantRole(tenant)
	session, err := sts.NewFromConfig(w.AWS).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("agent")})
	if err != nil {
		return err
	}
	c := aws.Credentials{AccessKeyID: *session.Credentials.AccessKeyId, SecretAccessKey: *session.Credentials.SecretAccessKey, SessionToken: *session.Credentials.SessionToken}
	// The tenant is in the role's own tags.
	w.Gateway.Recorder().Know(c.AccessKeyID, w.Config.Name("agent"), "tenant", tenant)
	w.Search.Know(searchtest.Principal{RoleARN: role, Tenant: tenant}, c)
	definition := fmt.Sprintf("s3://%s/%s", w.Config.BucketName("agents"), contract.AgentDefinitionKey())
	runtime, err := local.StartRuntime(ctx, w.root, w.dir, tenant, map[string]string{
		"FLOWOPS_ENV": w.Config.Environment, "LOG_LEVEL": "DEBUG", "TENANT_ID": tenant, "AGENT_DEFINITION_URI": definition, "AWS_REGION": w.Config.Account.Region,
		"AWS_ACCESS_KEY_ID": c.AccessKeyID, "AWS_SECRET_ACCESS_KEY": c.SecretAccessKey, "AWS_SESSION_TOKEN": c.SessionToken,
		"AWS_ENDPOINT_URL": w.Gateway.URL(), "NODE_EXTRA_CA_CERTS": w.certificate(), "LOCAL_TLS_PORT": w.Gateway.TLSPort(),
	})
	if err != nil {
		return err
	}
	w.runtimes = append(w.runtimes, runtime)
	w.Agents.Run(w.AgentARN(tenant), runtime)
	return nil
}

// TenantRole is the ARN of a tenant's role.
func (w *World) TenantRole(tenant string) string {
	return "arn:aws:iam::" + w.Config.Account.ID + ":role" + contract.TenantRolePath + w.Config.Name("tenant-"+tenant)
}
