package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"

	"github.com/flowops/flowops/contract"
)

// runtimesPage is how many runtimes are listed at once: AgentCore's most
// (ListAgentRuntimes).
const runtimesPage = 100

// ensureRuntime waits until the tenant's runtime is there, READY and its newest
// version is as wanted, and returns that version's number. It makes the runtime
// where there is none, and a new version where the newest one is another; with
// asItIs any version will do.
func (j *job) ensureRuntime(ctx context.Context, want runtimeSpec, asItIs bool) (string, error) {
	updated := false
	for {
		got, err := j.findRuntime(ctx)
		if err != nil {
			return "", err
		}
		what := "the runtime"
		switch {
		case got == nil:
			what, err = j.createRuntime(ctx, want)
		case got.EnvironmentVariables[contract.AgentEnvTenant] != j.tenant:
			err = fmt.Errorf("the runtime %s is not the tenant's", j.runtimeName())
		case got.Status == controltypes.AgentRuntimeStatusCreateFailed:
			return "", j.dropFailed(ctx, got)
		case got.Status == controltypes.AgentRuntimeStatusReady && (asItIs || len(want.drift(foundRuntime(got))) == 0):
			return aws.ToString(got.AgentRuntimeVersion), nil
		case got.Status == controltypes.AgentRuntimeStatusUpdateFailed && updated:
			err = fmt.Errorf("the runtime's new version failed: %s", aws.ToString(got.FailureReason))
		case got.Status == controltypes.AgentRuntimeStatusReady, got.Status == controltypes.AgentRuntimeStatusUpdateFailed:
			updated = true
			err = j.updateRuntime(ctx, want)
		}
		if err != nil {
			return "", err
		}
		if err := j.wait(ctx, what); err != nil {
			return "", err
		}
	}
}

// findRuntime is the newest version of the tenant's runtime; nil where there is
// none. It looks for the name where the record has no ARN, or a stale one.
func (j *job) findRuntime(ctx context.Context) (*control.GetAgentRuntimeOutput, error) {
	if id := runtimeID(j.record.AgentARN); id != "" {
		got, err := j.getRuntime(ctx, id, "")
		if got != nil || err != nil {
			return got, err
		}
	}
	arn, err := j.listedRuntime(ctx)
	if err != nil || arn == "" {
		return nil, err
	}
	if err := j.knowRuntime(ctx, arn); err != nil {
		return nil, err
	}
	return j.getRuntime(ctx, runtimeID(arn), "")
}

// getRuntime is a version of a runtime, the newest one of "". It is nil where
// there is none.
func (j *job) getRuntime(ctx context.Context, id, version string) (*control.GetAgentRuntimeOutput, error) {
	in := &control.GetAgentRuntimeInput{AgentRuntimeId: aws.String(id)}
	if version != "" {
		in.AgentRuntimeVersion = aws.String(version)
	}
	got, err := j.aws.runtimes.GetAgentRuntime(ctx, in)
	var none *controltypes.ResourceNotFoundException
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the runtime: %w", err)
	}
	return got, nil
}

// listedRuntime is the ARN of the runtime with the tenant's name; empty where
// there is none.
func (j *job) listedRuntime(ctx context.Context) (string, error) {
	in := &control.ListAgentRuntimesInput{MaxResults: aws.Int32(runtimesPage)}
	for {
		out, err := j.aws.runtimes.ListAgentRuntimes(ctx, in)
		if err != nil {
			return "", fmt.Errorf("look for the runtime: %w", err)
		}
		for _, r := range out.AgentRuntimes {
			if aws.ToString(r.AgentRuntimeName) == j.runtimeName() {
				return aws.ToString(r.AgentRuntimeArn), nil
			}
		}
		if aws.ToString(out.NextToken) == "" {
			return "", nil
		}
		in.NextToken = out.NextToken
	}
}

// knowRuntime records a runtime before anything else is done with it.
func (j *job) knowRuntime(ctx context.Context, arn string) error {
	j.record.AgentARN = arn
	if id := runtimeID(arn); !slices.Contains(j.record.Runtimes, id) {
		j.record.Runtimes = append(j.record.Runtimes, id)
	}
	return j.save(ctx)
}

// createRuntime makes the runtime, and returns what to wait for.
func (j *job) createRuntime(ctx context.Context, want runtimeSpec) (string, error) {
	out, err := j.aws.runtimes.CreateAgentRuntime(ctx, &control.CreateAgentRuntimeInput{
		AgentRuntimeName: aws.String(j.runtimeName()), Description: aws.String("The agent of the tenant " + j.tenant), Tags: j.tags(),
		AgentRuntimeArtifact: want.artifact(), RoleArn: aws.String(want.role), EnvironmentVariables: want.environment,
		NetworkConfiguration: want.network(), ProtocolConfiguration: protocol(),
	})
	var invalid *controltypes.ValidationException
	var conflict *controltypes.ConflictException
	switch {
	case errors.As(err, &invalid) && strings.Contains(strings.ToLower(invalid.ErrorMessage()), "role"):
		return "the new role to be known everywhere", nil // IAM is eventually consistent
	case errors.As(err, &conflict):
		return "the runtime to be listed", nil // there is one of the name: an answer was lost, or it is being deleted
	case err != nil:
		return "", fmt.Errorf("make the runtime: %w", err)
	}
	return "the runtime", j.knowRuntime(ctx, aws.ToString(out.AgentRuntimeArn))
}

// updateRuntime makes a new version. The endpoint goes on with its own.
func (j *job) updateRuntime(ctx context.Context, want runtimeSpec) error {
	_, err := j.aws.runtimes.UpdateAgentRuntime(ctx, &control.UpdateAgentRuntimeInput{
		AgentRuntimeId: aws.String(runtimeID(j.record.AgentARN)), Description: aws.String("The agent of the tenant " + j.tenant),
		AgentRuntimeArtifact: want.artifact(), RoleArn: aws.String(want.role), EnvironmentVariables: want.environment,
		NetworkConfiguration: want.network(), ProtocolConfiguration: protocol(),
	})
	if err != nil {
		return fmt.Errorf("make a new version of the runtime: %w", err)
	}
	return nil
}

// dropFailed removes a runtime that could not be made, so that the next request
// can make it.
func (j *job) dropFailed(ctx context.Context, got *control.GetAgentRuntimeOutput) error {
	failed := fmt.Errorf("the runtime could not be made: %s", aws.ToString(got.FailureReason))
	if _, err := j.aws.runtimes.DeleteAgentRuntime(ctx, &control.DeleteAgentRuntimeInput{AgentRuntimeId: got.AgentRuntimeId}); err != nil {
		return fmt.Errorf("%w; and not removed: %w", failed, err)
	}
	return failed
}

// removeRuntimes removes the endpoint and the runtime, and waits until they are
// gone.
func (j *job) removeRuntimes(ctx context.Context) error {
	for {
		got, err := j.findRuntime(ctx)
		if err != nil || got == nil {
			return err
		}
		id := aws.ToString(got.AgentRuntimeId)
		if err := j.found(ctx, "runtime "+id); err != nil {
			return err
		}
		gone, err := j.removeEndpoint(ctx, id)
		if err != nil {
			return err
		}
		if gone && got.Status != controltypes.AgentRuntimeStatusDeleting {
			_, err := j.aws.runtimes.DeleteAgentRuntime(ctx, &control.DeleteAgentRuntimeInput{AgentRuntimeId: got.AgentRuntimeId})
			var none *controltypes.ResourceNotFoundException
			var conflict *controltypes.ConflictException // it is at work on something: look again
			if err != nil && !errors.As(err, &none) && !errors.As(err, &conflict) {
				return fmt.Errorf("remove the runtime: %w", err)
			}
		}
		if err := j.wait(ctx, "the runtime to be gone"); err != nil {
			return err
		}
	}
}
