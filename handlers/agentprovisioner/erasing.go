package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/flowops/flowops/contract"
	"github.com/flowops/flowops/handlers/internal/offboarding"
	"github.com/flowops/flowops/handlers/internal/rest"
	"github.com/flowops/flowops/handlers/internal/store"
)

// stepData is the step that starts the state machine.
const stepData = "data"

// handOver leaves the tenant, of which nothing but its data is left, to the state
// machine. The record comes first: the machine's steps do nothing without it, and
// where the start fails the same request starts it.
func (j *job) handOver(ctx context.Context, by string) error {
	j.record.AgentConfiguration = contract.AgentConfiguration{
		State: contract.AgentErasing, Step: contract.DataStepSettle, Tier: j.record.Tier, AgentType: j.record.AgentType, Tools: []contract.AgentTool{},
		CreatedAt: j.record.CreatedAt, Version: j.record.Version,
	}
	j.record.Runtimes, j.record.By, j.record.Attempt = nil, by, 1
	report := j.record.Report
	report.State, report.Step, report.Reason, report.Left = contract.AgentErasing, "", "", offboarding.Left(contract.DataKeep)
	if err := j.save(ctx); err != nil {
		return err
	}
	return j.startErasing(ctx)
}

// goOnErasing tells how far the state machine is with the tenant's data, and
// starts it again where it never ran or failed.
func (j *job) goOnErasing(ctx context.Context, standing store.AgentRecord, data string) (rest.Answer, error) {
	if err := sameData(standing, data); err != nil {
		return rest.Answer{}, err
	}
	j.record = standing
	status, err := j.execution(ctx, standing)
	runs := status == sfntypes.ExecutionStatusRunning || status == sfntypes.ExecutionStatusPendingRedrive
	switch {
	case err != nil:
		return later(j.erasing()), answerStopped(&stopped{stepData, err})
	case runs && standing.Step != stepData: // where it is, the start was taken for failed
		return j.erasing(), nil
	}
	if err := j.hold(ctx, func(now store.AgentRecord) (store.AgentRecord, error) {
		if now.State == "" { // it ended meanwhile
			return now, store.ErrNotFound
		}
		if now.State != contract.AgentErasing || now.Operation != standing.Operation || now.Attempt != standing.Attempt {
			return now, store.ErrBusy
		}
		if !runs && status != neverRan || now.Attempt == 0 {
			now.Attempt++
		}
		now.Step, now.Reason = contract.DataStepSettle, ""
		return now, nil
	}); err != nil {
		return rest.Answer{}, err
	}
	if err := j.startErasing(ctx); err != nil {
		err = j.stop(ctx, &stopped{stepData, err})
		return later(j.erasing()), err
	}
	err = j.release(ctx)
	return j.erasing(), err
}

// erasing is the answer while the data is exported and erased: where that is
// stands in the record.
func (j *job) erasing() rest.Answer {
	report := *j.record.Report
	report.State, report.Step, report.Reason = j.record.State, j.record.Step, j.record.Reason
	return rest.Answer{Status: http.StatusAccepted, Body: report}
}

// executionName is the name of the execution of an attempt.
func executionName(r store.AgentRecord) string { return fmt.Sprintf("%s-%d", r.Operation, r.Attempt) }

// startErasing starts the attempt's execution. That it was started before is no
// error: what became of it, the next request finds.
func (j *job) startErasing(ctx context.Context) error {
	input, err := json.Marshal(contract.TenantDataExecution{TenantID: j.tenant, Operation: j.record.Operation, Data: j.record.Report.Data})
	if err != nil {
		return fmt.Errorf("start the erasure: %w", err)
	}
	_, err = j.aws.machines.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(j.settings.dataMachine), Name: aws.String(executionName(j.record)), Input: aws.String(string(input)),
	})
	var before *sfntypes.ExecutionAlreadyExists
	if err != nil && !errors.As(err, &before) {
		return fmt.Errorf("start the erasure: %w", err)
	}
	return nil
}

// neverRan is the status of an execution that there is none of.
const neverRan sfntypes.ExecutionStatus = ""

// execution is the status of the attempt's execution. Its data would need the
// right to decrypt it (DescribeExecution, includedData).
func (j *job) execution(ctx context.Context, r store.AgentRecord) (sfntypes.ExecutionStatus, error) {
	arn := strings.Replace(j.settings.dataMachine, ":stateMachine:", ":execution:", 1) + ":" + executionName(r)
	out, err := j.aws.machines.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn), IncludedData: sfntypes.IncludedDataMetadataOnly})
	var none *sfntypes.ExecutionDoesNotExist
	if errors.As(err, &none) {
		return neverRan, nil
	}
	if err != nil {
		return "", fmt.Errorf("look for the erasure: %w", err)
	}
	return out.Status, nil
}
