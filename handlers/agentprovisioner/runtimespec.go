package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"

	"github.com/flowops/flowops/contract"
)

// runtimeSpec is all that a version of a runtime holds. Updates replace it as a
// whole.
type runtimeSpec struct {
	role            string
	bucket, bundle  string
	environment     map[string]string
	subnets, groups []string // none: outside a VPC
}

// wantRuntime is the tenant's runtime with these settings and this bundle.
func (j *job) wantRuntime(c contract.AgentConfiguration, bundle string) (runtimeSpec, error) {
	overrides, err := json.Marshal(overridesOf(c))
	if err != nil {
		return runtimeSpec{}, fmt.Errorf("write the tenant's settings: %w", err)
	}
	s := j.settings
	return runtimeSpec{
		role: j.roleARN(), bucket: s.bucket, bundle: bundle, subnets: s.subnets, groups: s.groups,
		environment: map[string]string{
			contract.EnvEnvironment: s.environment, contract.EnvLogLevel: s.logLevel, contract.AgentEnvTenant: j.tenant, contract.AgentEnvRegion: s.region,
			contract.AgentEnvDefinition: "s3://" + s.bucket + "/" + s.definition, contract.AgentEnvOverrides: string(overrides),
		},
	}, nil
}

func (s runtimeSpec) artifact() controltypes.AgentRuntimeArtifact {
	return &controltypes.AgentRuntimeArtifactMemberCodeConfiguration{Value: controltypes.CodeConfiguration{
		Code:       &controltypes.CodeMemberS3{Value: controltypes.S3Location{Bucket: aws.String(s.bucket), Prefix: aws.String(s.bundle)}},
		EntryPoint: []string{contract.AgentEntryPoint}, Runtime: controltypes.AgentManagedRuntimeTypeNode22,
	}}
}

func (s runtimeSpec) network() *controltypes.NetworkConfiguration {
	if len(s.subnets) == 0 {
		return &controltypes.NetworkConfiguration{NetworkMode: controltypes.NetworkModePublic}
	}
	return &controltypes.NetworkConfiguration{
		NetworkMode: controltypes.NetworkModeVpc, NetworkModeConfig: &controltypes.VpcConfig{Subnets: s.subnets, SecurityGroups: s.groups},
	}
}

func protocol() *controltypes.ProtocolConfiguration {
	return &controltypes.ProtocolConfiguration{ServerProtocol: controltypes.ServerProtocolHttp}
}

// foundRuntime is what a version of a runtime holds.
func foundRuntime(got *control.GetAgentRuntimeOutput) runtimeSpec {
	s := runtimeSpec{role: aws.ToString(got.RoleArn), environment: got.EnvironmentVariables}
	if code, ok := got.AgentRuntimeArtifact.(*controltypes.AgentRuntimeArtifactMemberCodeConfiguration); ok {
		if at, ok := code.Value.Code.(*controltypes.CodeMemberS3); ok {
			s.bucket, s.bundle = aws.ToString(at.Value.Bucket), aws.ToString(at.Value.Prefix)
		}
	}
	if n := got.NetworkConfiguration; n != nil && n.NetworkModeConfig != nil {
		s.subnets, s.groups = n.NetworkModeConfig.Subnets, n.NetworkModeConfig.SecurityGroups
	}
	return s
}

// drift is where found is not as s.
func (s runtimeSpec) drift(found runtimeSpec) []contract.Drift {
	var d drifts
	d.compare("runtime.role", s.role, found.role)
	d.compare("runtime.bundle", "s3://"+s.bucket+"/"+s.bundle, "s3://"+found.bucket+"/"+found.bundle)
	d.compare("runtime.subnets", sorted(s.subnets), sorted(found.subnets))
	d.compare("runtime.securityGroups", sorted(s.groups), sorted(found.groups))
	names := maps.Clone(s.environment)
	maps.Copy(names, found.environment)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d.compare("runtime.environment."+name, s.environment[name], found.environment[name])
	}
	return d
}

func sorted(list []string) string { return fmt.Sprint(slices.Sorted(slices.Values(list))) }

// overridesOf is what the tenant's agent has of its own.
func overridesOf(c contract.AgentConfiguration) contract.AgentOverrides {
	o := contract.AgentOverrides{AgentType: c.AgentType, Name: c.Name, GuardrailVersion: c.GuardrailVersion, Tools: []contract.ToolOverride{}}
	for _, t := range c.Tools {
		o.Tools = append(o.Tools, contract.ToolOverride{Name: t.Name, Enabled: t.Enabled})
	}
	return o
}
