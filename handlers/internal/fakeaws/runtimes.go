package fakeaws

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	control "github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol"
	"github.com/aws/aws-sdk-go-v2/service/bedrockagentcorecontrol/types"
)

// runtimeName is what AgentCore takes for a name (CreateAgentRuntime).
var runtimeName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,47}$`)

// Runtimes is AgentCore's control plane. What is made, changed or removed takes
// Slow looks before it is.
type Runtimes struct {
	C    *Cloud
	ARN  string // "arn:aws:bedrock-agentcore:us-east-1:111111111111"
	Slow int
	// Fails, where it says so of a version, has it fail to be made.
	Fails func(version int) bool
	// Unknown is how often a role is unknown to AgentCore after it was made.
	Unknown int
	Page    int // runtimes of a page; 0: all

	All []*Runtime
}

// Runtime is a runtime with its versions, the first of which is 1.
type Runtime struct {
	ID, Name  string
	Versions  []control.CreateAgentRuntimeInput
	Status    types.AgentRuntimeStatus
	Endpoints map[string]*Endpoint
	looks     int // until it is what it is becoming
}

// Endpoint is an endpoint of a runtime.
type Endpoint struct {
	Live, Target string
	Status       types.AgentRuntimeEndpointStatus
	looks        int
}

func (r *Runtimes) find(id *string) *Runtime {
	for _, one := range r.All {
		if one.ID == aws.ToString(id) {
			return one
		}
	}
	return nil
}

func (r *Runtimes) open(operation string, id *string) (*Runtime, error, error) { //nolint:revive // two errors: of before and after
	after, err := r.C.begin(operation)
	if err != nil {
		return nil, nil, err
	}
	one := r.find(id)
	if one == nil {
		return nil, nil, &types.ResourceNotFoundException{}
	}
	return one, after, nil
}

func (r *Runtimes) arn(one *Runtime) *string { return aws.String(r.ARN + ":runtime/" + one.ID) }

func (r *Runtimes) failed(version int) bool { return r.Fails != nil && r.Fails(version) }

// CreateAgentRuntime makes a runtime with a name that no other one has.
func (r *Runtimes) CreateAgentRuntime(_ context.Context, in *control.CreateAgentRuntimeInput, _ ...func(*control.Options)) (*control.CreateAgentRuntimeOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	after, err := r.C.begin("CreateAgentRuntime")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.AgentRuntimeName)
	code, ok := in.AgentRuntimeArtifact.(*types.AgentRuntimeArtifactMemberCodeConfiguration)
	if !runtimeName.MatchString(name) || !ok || code.Value.Runtime != types.AgentManagedRuntimeTypeNode22 || len(code.Value.EntryPoint) != 1 || in.RoleArn == nil || in.NetworkConfiguration == nil {
		return nil, &types.ValidationException{Message: aws.String("incomplete")}
	}
	if in.Tags["Project"] == "" || in.Tags["Environment"] == "" {
		return nil, r.C.deny("CreateAgentRuntime without the environment's tags")
	}
	if r.Unknown > 0 {
		r.Unknown--
		return nil, &types.ValidationException{Message: aws.String("Role validation failed for the role")}
	}
	if slices.ContainsFunc(r.All, func(o *Runtime) bool { return o.Name == name }) {
		return nil, &types.ConflictException{Message: aws.String("the name is taken")}
	}
	r.C.serial++
	one := &Runtime{ID: fmt.Sprintf("%s-%010d", name, r.C.serial), Name: name, Versions: []control.CreateAgentRuntimeInput{*in}, Status: types.AgentRuntimeStatusCreating, looks: r.Slow, Endpoints: map[string]*Endpoint{}}
	r.All = append(r.All, one)
	if after != nil {
		return nil, after
	}
	return &control.CreateAgentRuntimeOutput{AgentRuntimeArn: r.arn(one), AgentRuntimeId: aws.String(one.ID), AgentRuntimeVersion: aws.String("1"), Status: one.Status}, nil
}

// UpdateAgentRuntime makes a new version.
func (r *Runtimes) UpdateAgentRuntime(_ context.Context, in *control.UpdateAgentRuntimeInput, _ ...func(*control.Options)) (*control.UpdateAgentRuntimeOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, after, err := r.open("UpdateAgentRuntime", in.AgentRuntimeId)
	if err != nil {
		return nil, err
	}
	if one.Status != types.AgentRuntimeStatusReady && one.Status != types.AgentRuntimeStatusUpdateFailed {
		return nil, &types.ConflictException{Message: aws.String("it is at work")}
	}
	one.Versions = append(one.Versions, control.CreateAgentRuntimeInput{
		AgentRuntimeName: aws.String(one.Name), AgentRuntimeArtifact: in.AgentRuntimeArtifact, RoleArn: in.RoleArn, EnvironmentVariables: in.EnvironmentVariables,
		NetworkConfiguration: in.NetworkConfiguration, ProtocolConfiguration: in.ProtocolConfiguration,
	})
	one.Status, one.looks = types.AgentRuntimeStatusUpdating, r.Slow
	if after != nil {
		return nil, after
	}
	return &control.UpdateAgentRuntimeOutput{AgentRuntimeArn: r.arn(one), AgentRuntimeVersion: aws.String(strconv.Itoa(len(one.Versions)))}, nil
}

// look has time pass for a runtime; it is gone when this returns false.
func (r *Runtimes) look(one *Runtime) bool {
	if one.looks--; one.looks >= 0 {
		return true
	}
	failed := r.failed(len(one.Versions))
	switch one.Status {
	case types.AgentRuntimeStatusCreating:
		one.Status = types.AgentRuntimeStatusReady
		if failed {
			one.Status = types.AgentRuntimeStatusCreateFailed
		}
	case types.AgentRuntimeStatusUpdating:
		one.Status = types.AgentRuntimeStatusReady
		if failed {
			one.Status = types.AgentRuntimeStatusUpdateFailed
		}
	case types.AgentRuntimeStatusDeleting:
		r.All = slices.DeleteFunc(r.All, func(o *Runtime) bool { return o == one })
		return false
	}
	return true
}

// GetAgentRuntime reads a version, or the newest one.
func (r *Runtimes) GetAgentRuntime(_ context.Context, in *control.GetAgentRuntimeInput, _ ...func(*control.Options)) (*control.GetAgentRuntimeOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, after, err := r.open("GetAgentRuntime", in.AgentRuntimeId)
	if err := first(err, after); err != nil {
		return nil, err
	}
	version, status := len(one.Versions), types.AgentRuntimeStatusReady
	if in.AgentRuntimeVersion != nil {
		version, err = strconv.Atoi(*in.AgentRuntimeVersion)
		if err != nil || version < 1 || version > len(one.Versions) {
			return nil, &types.ResourceNotFoundException{}
		}
	} else {
		if !r.look(one) {
			return nil, &types.ResourceNotFoundException{}
		}
		status = one.Status
	}
	v := one.Versions[version-1]
	return &control.GetAgentRuntimeOutput{
		AgentRuntimeArn: r.arn(one), AgentRuntimeId: aws.String(one.ID), AgentRuntimeName: aws.String(one.Name), AgentRuntimeVersion: aws.String(strconv.Itoa(version)), Status: status,
		RoleArn: v.RoleArn, AgentRuntimeArtifact: v.AgentRuntimeArtifact, EnvironmentVariables: v.EnvironmentVariables, NetworkConfiguration: v.NetworkConfiguration, FailureReason: aws.String("it does not start"),
	}, nil
}

// ListAgentRuntimes lists the account's runtimes.
func (r *Runtimes) ListAgentRuntimes(_ context.Context, in *control.ListAgentRuntimesInput, _ ...func(*control.Options)) (*control.ListAgentRuntimesOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	after, err := r.C.begin("ListAgentRuntimes")
	if err := first(err, after); err != nil {
		return nil, err
	}
	from, _ := strconv.Atoi(aws.ToString(in.NextToken))
	out := &control.ListAgentRuntimesOutput{}
	for n, one := range r.All {
		if n < from {
			continue
		}
		if r.Page > 0 && n >= from+r.Page {
			out.NextToken = aws.String(strconv.Itoa(n))
			break
		}
		out.AgentRuntimes = append(out.AgentRuntimes, types.AgentRuntime{AgentRuntimeArn: r.arn(one), AgentRuntimeId: aws.String(one.ID), AgentRuntimeName: aws.String(one.Name), Status: one.Status})
	}
	return out, nil
}

// DeleteAgentRuntime removes a runtime that has no endpoint of its own.
func (r *Runtimes) DeleteAgentRuntime(_ context.Context, in *control.DeleteAgentRuntimeInput, _ ...func(*control.Options)) (*control.DeleteAgentRuntimeOutput, error) {
	r.C.mu.Lock()
	defer r.C.mu.Unlock()
	one, after, err := r.open("DeleteAgentRuntime", in.AgentRuntimeId)
	if err != nil {
		return nil, err
	}
	if len(one.Endpoints) > 0 || one.Status == types.AgentRuntimeStatusCreating || one.Status == types.AgentRuntimeStatusUpdating {
		return nil, &types.ConflictException{Message: aws.String("it is in use")}
	}
	if in.AgentRuntimeVersion != nil {
		panic("a version alone is not in this fake")
	}
	one.Status, one.looks = types.AgentRuntimeStatusDeleting, r.Slow
	return &control.DeleteAgentRuntimeOutput{}, after
}
