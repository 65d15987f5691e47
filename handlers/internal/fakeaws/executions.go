package fakeaws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Executions are those of one state machine.
type Executions struct {
	C   *Cloud
	ARN string // of the machine
	All map[string]*Execution
}

// Execution is one, as a test has it go on.
type Execution struct {
	Input  string
	Status sfntypes.ExecutionStatus
}

// StartExecution starts one. The same name and input while it runs are the same
// execution; otherwise a name is good once.
func (e *Executions) StartExecution(_ context.Context, in *sfn.StartExecutionInput, _ ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	e.C.mu.Lock()
	defer e.C.mu.Unlock()
	after, err := e.C.begin("StartExecution")
	if err != nil {
		return nil, err
	}
	if aws.ToString(in.StateMachineArn) != e.ARN {
		return nil, e.C.deny("states:StartExecution of " + aws.ToString(in.StateMachineArn))
	}
	name := aws.ToString(in.Name)
	if len(name) > 80 {
		panic("an execution's name has at most 80 characters")
	}
	if old := e.All[name]; old != nil && (old.Status != sfntypes.ExecutionStatusRunning || old.Input != aws.ToString(in.Input)) {
		return nil, &sfntypes.ExecutionAlreadyExists{}
	}
	e.All[name] = &Execution{aws.ToString(in.Input), sfntypes.ExecutionStatusRunning}
	return &sfn.StartExecutionOutput{}, after
}

// DescribeExecution tells how one goes, without its data.
func (e *Executions) DescribeExecution(_ context.Context, in *sfn.DescribeExecutionInput, _ ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	e.C.mu.Lock()
	defer e.C.mu.Unlock()
	after, err := e.C.begin("DescribeExecution")
	if err := first(err, after); err != nil {
		return nil, err
	}
	name, ok := strings.CutPrefix(aws.ToString(in.ExecutionArn), strings.Replace(e.ARN, ":stateMachine:", ":execution:", 1)+":")
	if !ok || in.IncludedData != sfntypes.IncludedDataMetadataOnly {
		return nil, e.C.deny("states:DescribeExecution of " + aws.ToString(in.ExecutionArn))
	}
	one := e.All[name]
	if one == nil {
		return nil, &sfntypes.ExecutionDoesNotExist{}
	}
	return &sfn.DescribeExecutionOutput{Status: one.Status}, nil
}
