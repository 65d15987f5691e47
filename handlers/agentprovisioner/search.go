package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/flowops/flowops/contract"
)

// ensureSearch gives the tenant its alias, and its role the right to search it.
func (j *job) ensureSearch(ctx context.Context) error {
	_, err := j.searchAdmin(ctx, false)
	return err
}

// removeSearch removes the alias and the role's right, and with them the
// tenant's vectors, whatever becomes of its documents: they are made of the
// documents and can be made again.
func (j *job) removeSearch(ctx context.Context) error {
	report, err := j.searchAdmin(ctx, true)
	if err != nil {
		return err
	}
	j.record.Report.Vectors += report.DeletedVectors
	if len(report.Changed) > 0 || report.DeletedVectors > 0 {
		return j.found(ctx, "search alias "+contract.TenantAlias(j.tenant))
	}
	return nil
}

func (j *job) searchAdmin(ctx context.Context, remove bool) (contract.SearchReport, error) {
	var report contract.SearchReport
	payload, err := json.Marshal(contract.SearchRequest{Tenant: &contract.SearchTenant{TenantID: j.tenant, RoleARN: j.roleARN(), Remove: remove}})
	if err != nil {
		return report, fmt.Errorf("call search-admin: %w", err)
	}
	out, err := j.aws.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: aws.String(j.settings.searchFunction), InvocationType: lambdatypes.InvocationTypeRequestResponse, Payload: payload,
	})
	if err != nil {
		return report, fmt.Errorf("call search-admin: %w", err)
	}
	if out.FunctionError != nil {
		var failure struct {
			ErrorType string `json:"errorType"`
		}
		_ = json.Unmarshal(out.Payload, &failure) // what can't be read has no type
		e := &smithy.GenericAPIError{Code: "search-admin." + failure.ErrorType, Message: "search-admin failed", Fault: smithy.FaultClient}
		if failure.ErrorType == contract.ErrorTransient {
			e.Fault = smithy.FaultServer
		}
		return report, fmt.Errorf("call search-admin: %w", e)
	}
	if err := json.Unmarshal(out.Payload, &report); err != nil {
		return report, fmt.Errorf("read search-admin's report: %w", err)
	}
	return report, nil
}
