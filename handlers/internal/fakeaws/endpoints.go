package fakeaws

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"
)

func (r *Runtimes) openEndpoint(operation string, id, name *string) (*Runtime, *Endpoint, error, error) { //nolint:revive // two errors: of before and after
	one, after, err := r.open(operation, id)
	if err != nil {
		return nil, nil, nil, err
	}
	e := one.Endpoints[aws.ToString(name)]
	if e == nil {
		return nil, nil, nil, &types.ResourceNotFoundException{}
	}
	return one, e, after, nil
}

func (r *Runtimes) known(one *Runtime, version *string) bool {
	n, err := strconv.Atoi(aws.ToString(version))
	return err == nil && n >= 1 && n <= len(one.Versions) && (n < len(one.Versions) || one.Status == types.AgentRuntimeStatusReady)
}

// CreateAgentRuntimeEndpoint makes an endpoint of a version that is ready.
func (r *Runtimes) CreateAgentRuntimeEndpoint(_ context.Context, in *control.CreateAgentRuntimeEndpointInput, _ ...func(*control.Options)) (*control.CreateAgentRuntimeEndpointOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, after, err := r.open("CreateAgentRuntimeEndpoint", in.AgentRuntimeId)
	if err != nil {
		return nil, err
	}
	if !r.known(one, in.AgentRuntimeVersion) {
		return nil, &types.ValidationException{Message: aws.String("no such version")}
	}
	if one.Endpoints[aws.ToString(in.Name)] != nil {
		return nil, &types.ConflictException{Message: aws.String("the name is taken")}
	}
	one.Endpoints[aws.ToString(in.Name)] = &Endpoint{Target: *in.AgentRuntimeVersion, Status: types.AgentRuntimeEndpointStatusCreating, looks: r.Slow}
	return &control.CreateAgentRuntimeEndpointOutput{}, after
}

// UpdateAgentRuntimeEndpoint moves an endpoint to another version.
func (r *Runtimes) UpdateAgentRuntimeEndpoint(_ context.Context, in *control.UpdateAgentRuntimeEndpointInput, _ ...func(*control.Options)) (*control.UpdateAgentRuntimeEndpointOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, e, after, err := r.openEndpoint("UpdateAgentRuntimeEndpoint", in.AgentRuntimeId, in.EndpointName)
	if err != nil {
		return nil, err
	}
	if !r.known(one, in.AgentRuntimeVersion) {
		return nil, &types.ValidationException{Message: aws.String("no such version")}
	}
	e.Target, e.Status, e.looks = *in.AgentRuntimeVersion, types.AgentRuntimeEndpointStatusUpdating, r.Slow
	return &control.UpdateAgentRuntimeEndpointOutput{}, after
}

// GetAgentRuntimeEndpoint reads an endpoint.
func (r *Runtimes) GetAgentRuntimeEndpoint(_ context.Context, in *control.GetAgentRuntimeEndpointInput, _ ...func(*control.Options)) (*control.GetAgentRuntimeEndpointOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, e, after, err := r.openEndpoint("GetAgentRuntimeEndpoint", in.AgentRuntimeId, in.EndpointName)
	if err := first(err, after); err != nil {
		return nil, err
	}
	if e.looks--; e.looks < 0 {
		switch e.Status {
		case types.AgentRuntimeEndpointStatusCreating, types.AgentRuntimeEndpointStatusUpdating:
			e.Live, e.Status = e.Target, types.AgentRuntimeEndpointStatusReady
		case types.AgentRuntimeEndpointStatusDeleting:
			delete(one.Endpoints, aws.ToString(in.EndpointName))
			return nil, &types.ResourceNotFoundException{}
		}
	}
	return &control.GetAgentRuntimeEndpointOutput{Name: in.EndpointName, Status: e.Status, LiveVersion: aws.String(e.Live), TargetVersion: aws.String(e.Target), FailureReason: aws.String("it does not start")}, nil
}

// DeleteAgentRuntimeEndpoint removes an endpoint.
func (r *Runtimes) DeleteAgentRuntimeEndpoint(_ context.Context, in *control.DeleteAgentRuntimeEndpointInput, _ ...func(*control.Options)) (*control.DeleteAgentRuntimeEndpointOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	_, e, after, err := r.openEndpoint("DeleteAgentRuntimeEndpoint", in.AgentRuntimeId, in.EndpointName)
	if err != nil {
		return nil, err
	}
	e.Status, e.looks = types.AgentRuntimeEndpointStatusDeleting, r.Slow
	return &control.DeleteAgentRuntimeEndpointOutput{}, after
}
