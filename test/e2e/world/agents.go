package world

import (
	"context"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/flowops/flowops/test/e2e/local"
	"github.com/flowops/flowops/test/searchtest"
)

// StartAgent runs a tenant's agent as AgentCore does: the bundle, with the
// environment and the role that the provisioner gave its runtime.
func (w *World) StartAgent(ctx context.Context, tenant string) error {
	arn := w.Tenant(tenant).AgentARN
	made, err := control.NewFromConfig(w.AWS).GetAgentRuntime(ctx, &control.GetAgentRuntimeInput{AgentRuntimeId: aws.String(arn[strings.LastIndexByte(arn, '/')+1:])})
	if err != nil {
		return err
	}
	role := aws.ToString(made.RoleArn)
	session, err := sts.NewFromConfig(w.AWS).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("agent")})
	if err != nil {
		return err
	}
	c := aws.Credentials{AccessKeyID: *session.Credentials.AccessKeyId, SecretAccessKey: *session.Credentials.SecretAccessKey, SessionToken: *session.Credentials.SessionToken}
	// The tenant is in the role's own tags.
	w.Gateway.Recorder().Know(c.AccessKeyID, w.Config.Name("agent"), "tenant", tenant)
	w.Search.Know(searchtest.Principal{RoleARN: role, Tenant: tenant}, c)
	environment := map[string]string{
		"AWS_ACCESS_KEY_ID": c.AccessKeyID, "AWS_SECRET_ACCESS_KEY": c.SecretAccessKey, "AWS_SESSION_TOKEN": c.SessionToken,
		"AWS_ENDPOINT_URL": w.Gateway.URL(), "NODE_EXTRA_CA_CERTS": w.certificate(), "LOCAL_TLS_PORT": w.Gateway.TLSPort(),
	}
	maps.Copy(environment, made.EnvironmentVariables)
	runtime, err := local.StartRuntime(ctx, w.root, w.dir, tenant, environment)
	if err != nil {
		return err
	}
	w.runtimes = append(w.runtimes, runtime)
	w.Agents.Run(arn, runtime)
	return nil
}
