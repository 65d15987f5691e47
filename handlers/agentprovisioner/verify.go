package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/flowops/flowops/contract"
)

// Words of a report of drift.
const (
	missing   = "missing"
	there     = "there"
	differing = "another"
)

// unchecked is what the provisioner may make and not look at. A request that
// onboards the tenant again makes it right.
var unchecked = []string{"log groups", "people", "search alias"}

// drifts collects what is not as it should be.
type drifts []contract.Drift

func (d *drifts) compare(what, want, found string) {
	if want != found {
		*d = append(*d, contract.Drift{What: what, Want: want, Found: found})
	}
}

// verify compares the configuration with what is in AWS. It changes nothing.
func (j *job) verify(ctx context.Context) ([]contract.Drift, error) {
	all := []contract.Drift{}
	for _, look := range []func(context.Context) ([]contract.Drift, error){j.verifyRole, j.verifyKey, j.verifyRuntime} {
		drift, err := look(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, drift...)
	}
	return all, nil
}

func (j *job) verifyRole(ctx context.Context) ([]contract.Drift, error) {
	role, err := j.findRole(ctx)
	if err != nil {
		return nil, err
	}
	drift := drifts(j.wrongRole(role))
	if role == nil {
		return drift, nil
	}
	if !sameDocument(string(j.definition.Role.Trust), aws.ToString(role.AssumeRolePolicyDocument)) {
		drift.compare("role.trust", "the definition's", differing)
	}
	out, err := j.aws.roles.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: aws.String(j.roleName()), PolicyName: aws.String(policyName)})
	var none *iamtypes.NoSuchEntityException
	switch {
	case errors.As(err, &none):
		drift.compare("role.policy", "the definition's", missing)
	case err != nil:
		return nil, fmt.Errorf("read the role's policy: %w", err)
	case !sameDocument(string(j.definition.Role.Policy), aws.ToString(out.PolicyDocument)):
		drift.compare("role.policy", "the definition's", differing)
	}
	return drift, nil
}

// sameDocument compares policies as JSON. IAM hands them out URL-encoded
// (RFC 3986).
func sameDocument(want, found string) bool {
	text, err := url.PathUnescape(found)
	if err != nil {
		return false
	}
	var a, b any
	return json.Unmarshal([]byte(want), &a) == nil && json.Unmarshal([]byte(text), &b) == nil && reflect.DeepEqual(a, b)
}

func (j *job) verifyKey(ctx context.Context) ([]contract.Drift, error) {
	var drift drifts
	if j.record.APIKeyID == "" {
		drift.compare("apiKey", there, missing)
		return drift, nil
	}
	key, err := j.aws.keys.GetApiKey(ctx, &apigateway.GetApiKeyInput{ApiKey: aws.String(j.record.APIKeyID), IncludeValue: aws.Bool(false)})
	var none *gatewaytypes.NotFoundException
	if errors.As(err, &none) {
		drift.compare("apiKey", there, missing)
		return drift, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the API key: %w", err)
	}
	drift.compare("apiKey.name", j.keyName(), aws.ToString(key.Name))
	drift.compare("apiKey.enabled", "true", fmt.Sprint(key.Enabled))
	plans, err := j.plans(ctx)
	if err != nil {
		return nil, err
	}
	in, err := j.plansOfKey(ctx, plans)
	if err != nil {
		return nil, err
	}
	drift.compare("apiKey.usagePlans", plans[j.record.Tier], strings.Join(in, ","))
	return drift, nil
}

func (j *job) verifyRuntime(ctx context.Context) ([]contract.Drift, error) {
	var drift drifts
	id := runtimeID(j.record.AgentARN)
	var got *control.GetAgentRuntimeOutput
	var err error
	if id != "" {
		if got, err = j.getRuntime(ctx, id, j.record.AgentVersion); err != nil {
			return nil, err
		}
	}
	if got == nil {
		drift.compare("runtime", j.runtimeName(), missing)
		return drift, nil
	}
	drift.compare("runtime.status", "READY", string(got.Status))
	want, err := j.wantRuntime(j.record.AgentConfiguration, j.record.Bundle)
	if err != nil {
		return nil, err
	}
	drift = append(drift, want.drift(foundRuntime(got))...)
	// Not wrong, but worth to know: a newer bundle is deployed than the tenant has.
	drift.compare("bundle", j.settings.bundleKey, j.record.Bundle)
	endpoint, err := j.findEndpoint(ctx, id)
	if err != nil {
		return nil, err
	}
	if endpoint == nil {
		drift.compare("endpoint", contract.LiveAlias, missing)
		return drift, nil
	}
	drift.compare("endpoint.status", "READY", string(endpoint.Status))
	drift.compare("endpoint.version", j.record.AgentVersion, aws.ToString(endpoint.LiveVersion))
	return drift, nil
}
