package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	controltypes "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"

	"github.com/flowops/flowops/contract"
)

// ensureEndpoint waits until the endpoint that people chat through runs the
// version. Until then it runs the one before.
func (j *job) ensureEndpoint(ctx context.Context, version string) error {
	id, moved := runtimeID(j.record.AgentARN), false
	for {
		got, err := j.findEndpoint(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case got == nil:
			err = j.createEndpoint(ctx, id, version)
		case got.Status == controltypes.AgentRuntimeEndpointStatusReady && aws.ToString(got.LiveVersion) == version:
			return nil
		case got.Status == controltypes.AgentRuntimeEndpointStatusCreateFailed:
			return j.dropFailedEndpoint(ctx, id, got)
		case got.Status == controltypes.AgentRuntimeEndpointStatusUpdateFailed && moved:
			err = fmt.Errorf("the endpoint did not take version %s: %s", version, aws.ToString(got.FailureReason))
		case got.Status == controltypes.AgentRuntimeEndpointStatusReady, got.Status == controltypes.AgentRuntimeEndpointStatusUpdateFailed:
			moved = true
			err = j.moveEndpoint(ctx, id, version)
		}
		if err != nil {
			return err
		}
		if err := j.wait(ctx, "the endpoint"); err != nil {
			return err
		}
	}
}

// findEndpoint is the endpoint; nil where there is none.
func (j *job) findEndpoint(ctx context.Context, id string) (*control.GetAgentRuntimeEndpointOutput, error) {
	got, err := j.aws.runtimes.GetAgentRuntimeEndpoint(ctx, &control.GetAgentRuntimeEndpointInput{
		AgentRuntimeId: aws.String(id), EndpointName: aws.String(contract.LiveAlias),
	})
	var none *controltypes.ResourceNotFoundException
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the endpoint: %w", err)
	}
	return got, nil
}

func (j *job) createEndpoint(ctx context.Context, id, version string) error {
	_, err := j.aws.runtimes.CreateAgentRuntimeEndpoint(ctx, &control.CreateAgentRuntimeEndpointInput{
		AgentRuntimeId: aws.String(id), Name: aws.String(contract.LiveAlias), AgentRuntimeVersion: aws.String(version), Tags: j.tags(),
		Description: aws.String("What the people of the tenant " + j.tenant + " chat with"),
	})
	var conflict *controltypes.ConflictException // there is one: an answer was lost
	if err != nil && !errors.As(err, &conflict) {
		return fmt.Errorf("make the endpoint: %w", err)
	}
	return nil
}

func (j *job) moveEndpoint(ctx context.Context, id, version string) error {
	_, err := j.aws.runtimes.UpdateAgentRuntimeEndpoint(ctx, &control.UpdateAgentRuntimeEndpointInput{
		AgentRuntimeId: aws.String(id), EndpointName: aws.String(contract.LiveAlias), AgentRuntimeVersion: aws.String(version),
	})
	if err != nil {
		return fmt.Errorf("move the endpoint to version %s: %w", version, err)
	}
	return nil
}

// dropFailedEndpoint removes an endpoint that could not be made, so that the next
// request can make it.
func (j *job) dropFailedEndpoint(ctx context.Context, id string, got *control.GetAgentRuntimeEndpointOutput) error {
	failed := fmt.Errorf("the endpoint could not be made: %s", aws.ToString(got.FailureReason))
	if err := j.deleteEndpoint(ctx, id); err != nil {
		return fmt.Errorf("%w; and not removed: %w", failed, err)
	}
	return failed
}

// removeEndpoint begins to remove the endpoint, and reports whether it is gone.
func (j *job) removeEndpoint(ctx context.Context, id string) (bool, error) {
	got, err := j.findEndpoint(ctx, id)
	if err != nil || got == nil {
		return err == nil, err
	}
	if err := j.found(ctx, "endpoint "+contract.LiveAlias+" of "+id); err != nil {
		return false, err
	}
	if got.Status == controltypes.AgentRuntimeEndpointStatusDeleting {
		return false, nil
	}
	return false, j.deleteEndpoint(ctx, id)
}

func (j *job) deleteEndpoint(ctx context.Context, id string) error {
	_, err := j.aws.runtimes.DeleteAgentRuntimeEndpoint(ctx, &control.DeleteAgentRuntimeEndpointInput{
		AgentRuntimeId: aws.String(id), EndpointName: aws.String(contract.LiveAlias),
	})
	var none *controltypes.ResourceNotFoundException
	var conflict *controltypes.ConflictException // it is at work on something: look again
	if err != nil && !errors.As(err, &none) && !errors.As(err, &conflict) {
		return fmt.Errorf("remove the endpoint: %w", err)
	}
	return nil
}
